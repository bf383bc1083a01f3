package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's arithmetic operators over numbers, strings and sequences. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, Object a, Object b, Render render) {
    if (a instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (b instanceof Undefined undefined && !(operator.equals("%") && a instanceof String)) {
      throw undefined.fault();
    }
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.apply(operator, a, b);
    }
    Object result =
        switch (operator) {
          case "+" -> concatenate(a, b, render.budget());
          case "*" -> Numbers.isInteger(b) ? repeat(a, b, render) : repeat(b, a, render);
          case "%" -> a instanceof String text ? PercentFormat.format(text, b, render) : null;
          default -> null;
        };
    if (result == null) {
      throw mismatch(operator, a, b);
    }
    return result;
  }

  private static Fault mismatch(String operator, Object a, Object b) {
    if (a instanceof Markup || b instanceof Markup) {
      return Fault.unsupported("an operator on a string marked as safe");
    } else if (a instanceof DictView || b instanceof DictView) {
      return Fault.unsupported("an operator on the keys, values or items of a dict");
    }
    return new Fault(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + Values.typeName(a)
            + "' and '"
            + Values.typeName(b)
            + "'");
  }

  private static @Nullable Object concatenate(Object a, Object b, Budget budget) {
    if (a instanceof String left && b instanceof String right) {
      budget.characters((long) left.length() + right.length());
      return left + right;
    } else if (a instanceof PyTuple left && b instanceof PyTuple right) {
      return new PyTuple(join(left.items(), right.items(), budget));
    } else if (a instanceof List<?> left && b instanceof List<?> right) {
      return join(left, right, budget);
    }
    boolean joins = a instanceof String || a instanceof List<?> || a instanceof PyTuple;
    if (joins && !(b instanceof Markup)) {
      String type = Values.typeName(a);
      throw new Fault(
          "can only concatenate " + type + " (not \"" + Values.typeName(b) + "\") to " + type);
    }
    return null;
  }

  private static List<Object> join(List<?> left, List<?> right, Budget budget) {
    budget.elements((long) left.size() + right.size());
    List<Object> joined = new ArrayList<>(left);
    joined.addAll(right);
    return Collections.unmodifiableList(joined);
  }

  private static @Nullable Object repeat(Object repeated, Object times, Render render) {
    if (!Numbers.isInteger(times)) {
      return null;
    }
    long count = Math.max(0, Numbers.toLong(times));
    Budget budget = render.budget();
    if (repeated instanceof String text) {
      budget.characters(product(text.length(), count));
      return text.isEmpty() ? "" : text.repeat((int) count);
    } else if (repeated instanceof PyTuple tuple) {
      return new PyTuple(repeatItems(tuple.items(), count, budget));
    } else if (repeated instanceof List<?> list) {
      return repeatItems(list, count, budget);
    }
    return null;
  }

  private static List<Object> repeatItems(List<?> items, long count, Budget budget) {
    budget.elements(product(items.size(), count));
    List<Object> repeated = new ArrayList<>();
    for (long i = 0; i < count && !items.isEmpty(); i++) {
      repeated.addAll(items);
    }
    return Collections.unmodifiableList(repeated);
  }

  /** The product, or a number beyond every bound when it overflows. */
  private static long product(long size, long count) {
    return size != 0 && count > Budget.MAX_CHARACTERS ? Long.MAX_VALUE : size * count;
  }

  static Object sign(Object value, boolean negative) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (value instanceof Double number) {
      return negative ? -number : number;
    } else if (Numbers.isInteger(value)) {
      long number = Numbers.toLong(value);
      return negative ? Numbers.exact(() -> Math.negateExact(number)) : (Object) number;
    }
    throw new Fault(
        "bad operand type for unary "
            + (negative ? "-" : "+")
            + ": '"
            + Values.typeName(value)
            + "'");
  }
}
