package io.grpostream.policy.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's protocols over the values of the interpreter: type name, truth, length, iteration.
 *
 * <p>A value is a {@code String}, {@code Boolean}, {@code Long} (int), {@code Double} (float),
 * {@code List} (list), {@link None}, {@link Undefined}, {@link PyTuple}, {@link PyDict}, {@link
 * PyRange}, {@link DictView}, {@link Generator}, {@link Namespace}, {@link Markup}, {@link Loop} or
 * {@link Callable}.
 */
final class Values {
  private Values() {}

  /** The value for a Java object of the caller's context; null becomes None. */
  static Object fromJava(@Nullable Object object) {
    if (object == null) {
      return None.NONE;
    } else if (object instanceof String || object instanceof Boolean || object instanceof Long) {
      return object;
    } else if (object instanceof Integer || object instanceof Short || object instanceof Byte) {
      return ((Number) object).longValue();
    } else if (object instanceof BigInteger big) {
      if (big.bitLength() > 63) {
        throw new IllegalArgumentException(
            "a template's context cannot hold an integer beyond 64 bits");
      }
      return big.longValue();
    } else if (object instanceof Double
        || object instanceof Float
        || object instanceof BigDecimal) {
      return ((Number) object).doubleValue();
    } else if (object instanceof Map<?, ?> map) {
      PyDict dict = new PyDict();
      map.forEach((key, value) -> dict.put(fromJava(key), fromJava(value)));
      return dict;
    } else if (object instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(fromJava(item)));
      return Collections.unmodifiableList(items);
    }
    throw new IllegalArgumentException(
        "a template's context cannot hold a " + object.getClass().getName());
  }

  static String typeName(Object value) {
    if (value instanceof String) {
      return "str";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Long) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof List<?>) {
      return "list";
    } else if (value == None.NONE) {
      return "NoneType";
    } else if (value instanceof PyTuple) {
      return "tuple";
    } else if (value instanceof PyDict) {
      return "dict";
    } else if (value instanceof PyRange) {
      return "range";
    } else if (value instanceof DictView view) {
      return view.typeName();
    } else if (value instanceof Generator generator) {
      return generator.typeName();
    } else if (value instanceof Callable callable) {
      return callable.typeName();
    } else if (value instanceof Loop) {
      return "LoopContext";
    }
    return value.getClass().getSimpleName();
  }

  static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof Loop) {
      return true;
    }
    Integer size = sizeOrNull(value);
    return size == null ? value != None.NONE : size > 0;
  }

  /** Python's len(); strings count code points. */
  static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    } else if (value instanceof Markup markup) {
      return length(markup.text());
    } else if (value instanceof Loop loop) {
      return loop.length();
    }
    Integer size = sizeOrNull(value);
    if (size == null) {
      throw new Fault("object of type '" + typeName(value) + "' has no len()");
    }
    return size;
  }

  /** Zero exactly when Python's len() is zero; null for a value without a length. */
  private static @Nullable Integer sizeOrNull(Object value) {
    if (value instanceof String text) {
      return text.length();
    } else if (value instanceof Markup markup) {
      return markup.text().length();
    } else if (value instanceof PyDict dict) {
      return dict.size();
    } else if (value instanceof Undefined) {
      return 0;
    }
    List<Object> items = itemsOrNull(value);
    return items == null ? null : items.size();
  }

  /** The elements of an indexable sequence (list, tuple, range), else null. */
  static @Nullable List<Object> sequenceOrNull(Object value) {
    return value instanceof DictView ? null : itemsOrNull(value);
  }

  @SuppressWarnings("unchecked") // Every list inside the interpreter holds values.
  private static @Nullable List<Object> itemsOrNull(Object value) {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    } else if (value instanceof PyTuple tuple) {
      return tuple.items();
    } else if (value instanceof PyRange range) {
      return range.items();
    } else if (value instanceof DictView view) {
      return view.items();
    }
    return null;
  }

  /** Python's iter(), or null for a value that cannot be iterated. */
  static @Nullable Iterator<Object> iteratorOrNull(Object value) {
    if (value instanceof String text) {
      return characters(text);
    } else if (value instanceof Markup markup) {
      return characters(markup.text());
    } else if (value instanceof PyDict dict) {
      return dict.keys().iterator();
    } else if (value instanceof Undefined) {
      return Collections.emptyIterator();
    } else if (value instanceof Generator generator) {
      return generator.items();
    }
    List<Object> items = itemsOrNull(value);
    return items == null ? null : items.iterator();
  }

  static Iterator<Object> iterator(Object value) {
    Iterator<Object> items = iteratorOrNull(value);
    if (items == null) {
      throw new Fault("'" + typeName(value) + "' object is not iterable");
    }
    return items;
  }

  /** Python's list(value), in a list that the caller may change. */
  static List<Object> list(Object value, Budget budget) {
    List<Object> list = new ArrayList<>();
    Iterator<Object> items = iterator(value);
    while (items.hasNext()) {
      budget.elements(1);
      list.add(items.next());
    }
    return list;
  }

  private static Iterator<Object> characters(String text) {
    return text.codePoints().<Object>mapToObj(Character::toString).iterator();
  }
}
