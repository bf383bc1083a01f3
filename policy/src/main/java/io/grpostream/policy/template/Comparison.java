package io.grpostream.policy.template;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's comparisons: equality, order and membership. */
final class Comparison {
  private final Budget budget;

  Comparison(Budget budget) {
    this.budget = budget;
  }

  boolean test(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> equal(a, b);
      case "!=" -> !equal(a, b);
      case "in" -> contains(b, a);
      case "not in" -> !contains(b, a);
      default -> ordered(operator, a, b);
    };
  }

  boolean equal(Object a, Object b) {
    budget.enter();
    try {
      return sameOrEqual(a, b);
    } finally {
      budget.exit();
    }
  }

  private boolean sameOrEqual(Object a, Object b) {
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return compareNumbers(a, b) == 0;
    } else if (a instanceof Undefined && b instanceof Undefined) {
      return true;
    }
    String text = textOrNull(a);
    if (text != null) {
      budget.characters(text.length());
      return text.equals(textOrNull(b));
    } else if (a instanceof PyDict left && b instanceof PyDict right) {
      return equalDicts(left, right);
    }
    if (a instanceof DictView && b instanceof DictView) {
      throw Fault.unsupported("comparing the keys, values or items of dicts");
    }
    List<Object> left = Values.sequenceOrNull(a);
    List<Object> right = Values.sequenceOrNull(b);
    if (left == null || right == null || !sameType(a, b)) {
      return a == b;
    }
    return firstDifference(left, right) < 0 && left.size() == right.size();
  }

  private static boolean sameType(Object a, Object b) {
    return Values.typeName(a).equals(Values.typeName(b));
  }

  private static @Nullable String textOrNull(Object value) {
    if (value instanceof Markup markup) {
      return markup.text();
    }
    return value instanceof String text ? text : null;
  }

  private boolean equalDicts(PyDict left, PyDict right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (PyDict.Entry entry : left.entries()) {
      Object other = right.get(entry.key());
      if (other == null || !equal(entry.value(), other)) {
        return false;
      }
    }
    return true;
  }

  /** Where two sequences first differ within the shorter one; -1 if nowhere. */
  private int firstDifference(List<Object> left, List<Object> right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      if (!equal(left.get(i), right.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private boolean contains(Object container, Object wanted) {
    if (container instanceof Markup || wanted instanceof Markup) {
      throw Fault.unsupported("'in' with a string marked as safe");
    } else if (container instanceof String text) {
      if (wanted instanceof String part) {
        budget.characters((long) text.length() + part.length());
        return text.contains(part);
      }
      throw new Fault(
          "'in <string>' requires string as left operand, not " + Values.typeName(wanted));
    } else if (container instanceof PyDict dict) {
      return dict.find(wanted) != null;
    }
    if (container instanceof DictView view && view.typeName().equals("dict_keys")) {
      PyDict.requireHashable(wanted);
    }
    Iterator<Object> items = Values.iteratorOrNull(container);
    if (items == null) {
      throw new Fault("argument of type '" + Values.typeName(container) + "' is not iterable");
    }
    while (items.hasNext()) {
      if (equal(items.next(), wanted)) {
        return true;
      }
    }
    return false;
  }

  /** The order of two values for sorting: as {@code <} decides it. */
  int order(Object a, Object b) {
    if (ordered("<", a, b)) {
      return -1;
    }
    return ordered("<", b, a) ? 1 : 0;
  }

  private boolean ordered(String operator, Object a, Object b) {
    budget.enter();
    try {
      return holds(operator, a, b);
    } finally {
      budget.exit();
    }
  }

  private boolean holds(String operator, Object a, Object b) {
    if (a instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (b instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      boolean unordered = Double.isNaN(Numbers.toDouble(a)) || Double.isNaN(Numbers.toDouble(b));
      return !unordered && satisfies(operator, compareNumbers(a, b));
    } else if (a instanceof String left && b instanceof String right) {
      budget.characters(Math.min(left.length(), right.length()));
      return satisfies(operator, compareTexts(left, right));
    }
    List<Object> left = Values.sequenceOrNull(a);
    List<Object> right = Values.sequenceOrNull(b);
    if (left == null || right == null || a instanceof PyRange || !sameType(a, b)) {
      throw new Fault(
          "'"
              + operator
              + "' not supported between instances of '"
              + Values.typeName(a)
              + "' and '"
              + Values.typeName(b)
              + "'");
    }
    int at = firstDifference(left, right);
    return at >= 0
        ? ordered(operator, left.get(at), right.get(at))
        : satisfies(operator, Integer.compare(left.size(), right.size()));
  }

  private static boolean satisfies(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** Exact, also between an int and a float that cannot hold it; NaN equals nothing. */
  private static int compareNumbers(Object a, Object b) {
    if (Numbers.isInteger(a) && Numbers.isInteger(b)) {
      return Long.compare(Numbers.toLong(a), Numbers.toLong(b));
    }
    double left = Numbers.toDouble(a);
    double right = Numbers.toDouble(b);
    if (Double.isNaN(left) || Double.isNaN(right)) {
      return 1;
    }
    if (Double.isInfinite(left) || Double.isInfinite(right)) {
      return Double.compare(left, right);
    }
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Object number) {
    return number instanceof Double value
        ? new BigDecimal(value)
        : BigDecimal.valueOf(Numbers.toLong(number));
  }

  /** By code point, where Java compares UTF-16 units. */
  private static int compareTexts(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
