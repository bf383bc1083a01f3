package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A macro, or the {@code caller} that a call block hands to one: its body sees the variables around
 * its definition, not those around the call.
 */
record Macro(Definition definition, Scope outer) implements Callable {
  /**
   * @param parameters in their order; those with a default come last
   * @param reads the names that the body reads: it takes {@code varargs}, {@code kwargs} and {@code
   *     caller} only if it reads them
   */
  record Definition(
      String name, List<Parameter> parameters, Set<String> reads, Statement.Body body) {}

  record Parameter(String name, @Nullable Expr fallback) {}

  private static final String CALLER = "caller";

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public Object call(Render render, Arguments arguments) {
    Scope inner = new Scope(outer);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Object> positional = arguments.positional();
    List<Parameter> parameters = definition.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      bind(i, parameters.get(i), positional, named, inner, render);
    }
    bindRest(positional, named, inner);
    return render.capture(inner, definition.body());
  }

  private void bind(
      int index,
      Parameter parameter,
      List<Object> positional,
      Map<String, Object> named,
      Scope inner,
      Render render) {
    String name = parameter.name();
    Object byName = named.remove(name);
    Object value = index < positional.size() ? positional.get(index) : byName;
    if (index < positional.size() && byName != null) {
      throw new Fault("macro '" + definition.name() + "' got two values for '" + name + "'");
    }
    Expr fallback = parameter.fallback();
    if (value == null && fallback != null) {
      Scope before = render.enter(inner);
      try {
        value = render.eval(fallback);
      } finally {
        render.leave(before);
      }
    }
    inner.set(
        name, value == null ? new Undefined("parameter '" + name + "' was not provided") : value);
  }

  private void bindRest(List<Object> positional, Map<String, Object> named, Scope inner) {
    int taken = definition.parameters().size();
    Set<String> reads = definition.reads();
    if (reads.contains(CALLER)) {
      Object caller = named.remove(CALLER);
      inner.set(CALLER, caller == null ? new Undefined("No caller defined") : caller);
    }
    if (reads.contains("kwargs")) {
      PyDict rest = new PyDict();
      named.forEach(rest::put);
      inner.set("kwargs", rest);
    } else if (!named.isEmpty()) {
      String name = named.keySet().iterator().next();
      throw new Fault("macro '" + definition.name() + "' takes no keyword argument '" + name + "'");
    }
    if (reads.contains("varargs")) {
      List<Object> rest = positional.subList(Math.min(taken, positional.size()), positional.size());
      inner.set("varargs", new PyTuple(new ArrayList<>(rest)));
    } else if (positional.size() > taken) {
      throw new Fault(
          "macro '" + definition.name() + "' takes not more than " + taken + " argument(s)");
    }
  }
}
