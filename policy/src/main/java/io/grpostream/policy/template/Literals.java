package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Literals, and the displays of lists, tuples and dicts. */
final class Literals {
  private Literals() {}

  record Constant(int line, Object value) implements Expr {
    @Override
    public String construct() {
      return "literal";
    }

    @Override
    public Object eval(Render render) {
      return value;
    }
  }

  record ListDisplay(int line, List<Expr> items) implements Expr {
    @Override
    public String construct() {
      return "list";
    }

    @Override
    public Object eval(Render render) {
      return evalAll(items, render);
    }
  }

  record TupleDisplay(int line, List<Expr> items) implements Expr {
    @Override
    public String construct() {
      return "tuple";
    }

    @Override
    public Object eval(Render render) {
      return new PyTuple(evalAll(items, render));
    }
  }

  record DictDisplay(int line, List<Expr> keys, List<Expr> values) implements Expr {
    @Override
    public String construct() {
      return "dict";
    }

    @Override
    public Object eval(Render render) {
      render.budget().elements(keys.size());
      PyDict dict = new PyDict();
      for (int i = 0; i < keys.size(); i++) {
        Object key = render.eval(keys.get(i));
        dict.put(key, render.eval(values.get(i)));
      }
      return dict;
    }
  }

  private static List<Object> evalAll(List<Expr> items, Render render) {
    render.budget().elements(items.size());
    List<Object> values = new ArrayList<>(items.size());
    for (Expr item : items) {
      values.add(render.eval(item));
    }
    return Collections.unmodifiableList(values);
  }
}
