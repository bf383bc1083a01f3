package io.grpostream.policy.template;

import org.jspecify.annotations.Nullable;

/** Reading a variable, an attribute, an item or a slice. */
final class Access {
  private Access() {}

  record Name(int line, String name) implements Expr {
    @Override
    public String construct() {
      return "variable '" + name + "'";
    }

    @Override
    public Object eval(Render render) {
      return render.lookup(name);
    }
  }

  record Attribute(int line, Expr owner, String name) implements Expr {
    @Override
    public String construct() {
      return "attribute '" + name + "'";
    }

    @Override
    public Object eval(Render render) {
      return Attributes.attribute(render.eval(owner), name);
    }
  }

  record Item(int line, Expr owner, Expr key) implements Expr {
    @Override
    public String construct() {
      return "item access";
    }

    @Override
    public Object eval(Render render) {
      Object value = render.eval(owner);
      return Attributes.item(value, render.eval(key), render);
    }
  }

  record Slice(int line, Expr owner, @Nullable Expr start, @Nullable Expr stop, @Nullable Expr step)
      implements Expr {
    @Override
    public String construct() {
      return "slice";
    }

    @Override
    public Object eval(Render render) {
      Object value = render.eval(owner);
      Object first = bound(start, render);
      Object last = bound(stop, render);
      return Slices.slice(value, first, last, bound(step, render), render.budget());
    }

    private static Object bound(@Nullable Expr expr, Render render) {
      return expr == null ? None.NONE : render.eval(expr);
    }
  }
}
