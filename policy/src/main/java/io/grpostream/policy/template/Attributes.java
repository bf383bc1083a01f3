package io.grpostream.policy.template;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes and items as Jinja2's immutable sandbox resolves them: {@code value.name} finds a
 * method before a dict's key, {@code value['name']} the key first, and what is missing is
 * undefined.
 */
final class Attributes {
  /** Methods that would change a list or dict; the sandbox hides them. */
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  /** What Python defines for numbers, and this interpreter does not. */
  private static final Set<String> NUMBER_ATTRIBUTES =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "fromhex",
          "hex",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes");

  private Attributes() {}

  /** {@code value.name}. */
  static Object attribute(Object value, String name) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Object own = ownAttribute(value, name);
    if (own != null) {
      return own;
    }
    Object item = value instanceof PyDict dict ? dict.get(name) : null;
    return item == null ? Undefined.attribute(value, name) : item;
  }

  /** {@code value[key]}. */
  static Object item(Object value, Object key, Render render) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Object item = null;
    if (value instanceof Markup) {
      throw Fault.unsupported("an item of a string marked as safe");
    } else if (value instanceof PyDict dict) {
      item = dict.get(key);
    } else if (Numbers.isInteger(key)) {
      item = Slices.item(value, Numbers.toLong(key), render.budget());
    }
    if (item != null) {
      return item;
    }
    if (key instanceof String name) {
      Object own = ownAttribute(value, name);
      return own == null ? Undefined.attribute(value, name) : own;
    }
    return Undefined.element(value, render.printer().repr(key));
  }

  /** An attribute that the value's type defines, or null. */
  private static @Nullable Object ownAttribute(Object value, String name) {
    if (name.startsWith("__") && name.endsWith("__")) {
      return Undefined.unsafe(value, name);
    } else if (value instanceof String text) {
      return StringMethods.bind(text, name);
    } else if (value instanceof PyDict dict) {
      return DICT_CHANGES.contains(name)
          ? Undefined.unsafe(value, name)
          : DictMethods.bind(dict, name);
    } else if (value instanceof Loop loop) {
      return loop.attribute(name);
    } else if (value instanceof Namespace namespace) {
      return namespace.get(name);
    } else if (value instanceof Markup) {
      throw Fault.unsupported("'" + name + "' of a string marked as safe");
    }
    boolean lacking =
        value instanceof Callable || (Numbers.isNumber(value) && NUMBER_ATTRIBUTES.contains(name));
    if (lacking) {
      throw Fault.unsupported("'" + name + "' of a value of type '" + Values.typeName(value) + "'");
    }
    boolean change = Values.typeName(value).equals("list") && LIST_CHANGES.contains(name);
    return change ? Undefined.unsafe(value, name) : SequenceMethods.bind(value, name);
  }
}
