package io.grpostream.policy.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of lists, tuples and ranges that change nothing. */
final class SequenceMethods {
  private SequenceMethods() {}

  /** The method of this name, or null when the value has none. */
  static @Nullable Object bind(Object value, String name) {
    List<Object> items = Values.sequenceOrNull(value);
    if (items == null) {
      return null;
    }
    return switch (name) {
      case "count" ->
          new Function(
              "builtin_function_or_method",
              (render, arguments) ->
                  count(items, arguments.bind(name, "value").required(0), render.comparison()));
      case "index" ->
          new Function(
              "builtin_function_or_method",
              (render, arguments) ->
                  index(items, arguments.bind(name, "value").required(0), render));
      case "copy" ->
          value instanceof List<?>
              ? new Function("builtin_function_or_method", (render, arguments) -> value)
              : null;
      default -> null;
    };
  }

  private static Object count(List<Object> items, Object wanted, Comparison comparison) {
    return items.stream().filter(item -> comparison.equal(item, wanted)).count();
  }

  private static Object index(List<Object> items, Object wanted, Render render) {
    for (int i = 0; i < items.size(); i++) {
      if (render.comparison().equal(items.get(i), wanted)) {
        return (long) i;
      }
    }
    throw new Fault(render.printer().repr(wanted) + " is not in list");
  }
}
