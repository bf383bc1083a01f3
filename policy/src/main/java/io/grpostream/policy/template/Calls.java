package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of functions, filters and tests, and their arguments. */
final class Calls {
  private Calls() {}

  /** Arguments as written. */
  record ArgumentList(List<Expr> positional, Map<String, Expr> named) {
    static final ArgumentList EMPTY = new ArgumentList(List.of(), Map.of());

    Arguments eval(Render render) {
      List<Object> values = new ArrayList<>(positional.size());
      for (Expr expr : positional) {
        values.add(render.eval(expr));
      }
      Map<String, Object> byName = new LinkedHashMap<>();
      for (Map.Entry<String, Expr> entry : named.entrySet()) {
        byName.put(entry.getKey(), render.eval(entry.getValue()));
      }
      return new Arguments(values, byName);
    }
  }

  record Call(int line, Expr callee, ArgumentList arguments) implements Expr {
    @Override
    public String construct() {
      String callee =
          this.callee instanceof Access.Name name
              ? name.name()
              : this.callee instanceof Access.Attribute attribute ? attribute.name() : "";
      return "call of '" + callee + "'";
    }

    @Override
    public Object eval(Render render) {
      Object function = render.eval(callee);
      return call(function, arguments.eval(render), render);
    }

    static Object call(Object function, Arguments arguments, Render render) {
      if (function instanceof Callable callable) {
        return callable.call(render, arguments);
      } else if (function instanceof Undefined undefined) {
        throw undefined.fault();
      }
      throw new Fault("'" + Values.typeName(function) + "' object is not callable");
    }
  }

  record FilterCall(int line, Expr value, String name, ArgumentList arguments) implements Expr {
    @Override
    public String construct() {
      return "filter '" + name + "'";
    }

    @Override
    public Object eval(Render render) {
      Object input = render.eval(value);
      return Filters.apply(name, input, arguments.eval(render), render);
    }
  }

  record TestCall(int line, Expr value, String name, ArgumentList arguments) implements Expr {
    @Override
    public String construct() {
      return "test '" + name + "'";
    }

    @Override
    public Object eval(Render render) {
      Object input = render.eval(value);
      return ValueTests.test(name, input, arguments.eval(render), render);
    }
  }
}
