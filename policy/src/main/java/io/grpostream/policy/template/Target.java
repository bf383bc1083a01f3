package io.grpostream.policy.template;

import java.util.Iterator;
import java.util.List;

/** Where an assignment or a loop puts a value. */
interface Target {
  void assign(Render render, Object value);

  record Variable(String name) implements Target {
    @Override
    public void assign(Render render, Object value) {
      render.scope().set(name, value);
    }
  }

  /** Unpacks a value of exactly as many elements. */
  record Unpack(List<Target> targets) implements Target {
    @Override
    public void assign(Render render, Object value) {
      Iterator<Object> items = Values.iterator(value);
      for (int i = 0; i < targets.size(); i++) {
        if (!items.hasNext()) {
          throw new Fault(
              "not enough values to unpack (expected " + targets.size() + ", got " + i + ")");
        }
        targets.get(i).assign(render, items.next());
      }
      if (items.hasNext()) {
        throw new Fault("too many values to unpack (expected " + targets.size() + ")");
      }
    }
  }

  /** {@code set namespace.name = value}. */
  record NamespaceAttribute(String namespace, String name) implements Target {
    @Override
    public void assign(Render render, Object value) {
      Object owner = render.lookup(namespace);
      if (owner instanceof Namespace changed) {
        changed.set(name, value);
      } else {
        throw new Fault("cannot assign attribute '" + name + "': only a namespace can be changed");
      }
    }
  }
}
