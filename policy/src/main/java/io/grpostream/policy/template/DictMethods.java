package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of dicts that change nothing. */
final class DictMethods {
  private DictMethods() {}

  /** The method of this name, or null when dicts have none. */
  static @Nullable Object bind(PyDict dict, String name) {
    return switch (name) {
      case "get" -> method((render, arguments) -> get(dict, arguments));
      case "keys" -> method((render, arguments) -> new DictView("dict_keys", dict.keys()));
      case "values" -> method((render, arguments) -> new DictView("dict_values", values(dict)));
      case "items" -> method((render, arguments) -> new DictView("dict_items", items(dict)));
      case "copy" -> method((render, arguments) -> dict);
      case "fromkeys" -> throw Fault.unsupported("dict.fromkeys");
      default -> null;
    };
  }

  private static Function method(Function.Body body) {
    return new Function("builtin_function_or_method", body);
  }

  private static Object get(PyDict dict, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("get", "key", "default");
    Object value = dict.find(bound.required(0));
    return value == null ? bound.or(1, None.NONE) : value;
  }

  private static List<Object> values(PyDict dict) {
    List<Object> values = new ArrayList<>(dict.size());
    dict.entries().forEach(entry -> values.add(entry.value()));
    return values;
  }

  /** The entries as tuples of key and value. */
  static List<Object> items(PyDict dict) {
    List<Object> items = new ArrayList<>(dict.size());
    dict.entries().forEach(entry -> items.add(PyTuple.of(entry.key(), entry.value())));
    return items;
  }
}
