package io.grpostream.policy.template;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions every template can call; a variable of the context hides one of its name. */
final class Globals {
  private static final Map<String, Function> FUNCTIONS =
      Map.of(
          "range", function(Globals::range),
          "dict", function(Globals::dict),
          "namespace", function(Globals::namespace),
          "raise_exception", function(Globals::raise),
          "strftime_now", function(Globals::strftimeNow),
          "lipsum", lacking("lipsum"),
          "cycler", lacking("cycler"),
          "joiner", lacking("joiner"));

  private Globals() {}

  static @Nullable Object get(String name) {
    return FUNCTIONS.get(name);
  }

  private static Function function(Function.Body body) {
    return new Function("function", body);
  }

  private static Function lacking(String name) {
    return function(
        (render, arguments) -> {
          throw Fault.unsupported("the function '" + name + "'");
        });
  }

  private static Object range(Render render, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("range", "start", "stop", "step");
    long first = Numbers.index(bound.required(0));
    return bound.has(1)
        ? PyRange.of(first, bound.integer(1, 0), bound.integer(2, 1), render.budget())
        : PyRange.of(0, first, 1, render.budget());
  }

  /** {@code dict(other, name=value)}. */
  private static Object dict(Render render, Arguments arguments) {
    PyDict dict = new PyDict();
    entries("dict", arguments, render).forEach(entry -> dict.put(entry.key(), entry.value()));
    return dict;
  }

  private static Object namespace(Render render, Arguments arguments) {
    Namespace namespace = new Namespace();
    for (PyDict.Entry entry : entries("namespace", arguments, render)) {
      namespace.set(render.printer().str(entry.key()), entry.value());
    }
    return namespace;
  }

  /** The entries of a dict or of a list of pairs, then the named arguments. */
  private static List<PyDict.Entry> entries(String function, Arguments arguments, Render render) {
    List<PyDict.Entry> entries = new ArrayList<>();
    if (arguments.positional().size() > 1) {
      throw new Fault(function + " takes at most one positional argument");
    }
    for (Object given : arguments.positional()) {
      if (given instanceof Undefined undefined) {
        throw undefined.fault();
      } else if (given instanceof PyDict dict) {
        entries.addAll(dict.entries());
      } else {
        for (Object pair : Values.list(given, render.budget())) {
          List<Object> both = Values.list(pair, render.budget());
          if (both.size() != 2) {
            throw new Fault(function + " needs pairs of a key and a value");
          }
          entries.add(new PyDict.Entry(both.get(0), both.get(1)));
        }
      }
    }
    arguments.named().forEach((name, value) -> entries.add(new PyDict.Entry(name, value)));
    render.budget().elements(entries.size());
    return entries;
  }

  private static Object raise(Render render, Arguments arguments) {
    Object message = arguments.bind("raise_exception", "message").required(0);
    throw Fault.raised(render.printer().str(message));
  }

  private static Object strftimeNow(Render render, Arguments arguments) {
    String format = arguments.bind("strftime_now", "format").text(0);
    return Strftime.format(format, ZonedDateTime.now(render.clock()));
  }
}
