package io.grpostream.policy.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters that make numbers: abs, int, float and round. */
final class NumberFilters {
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)(e[+-]?\\d+(_\\d+)*)?");
  private static final Pattern INFINITE = Pattern.compile("[+-]?(inf|infinity)");

  /** Java's patterns recurse over repeated groups, so what they see must be short. */
  private static final int MAX_LENGTH = 1000;

  private NumberFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("abs", (value, arguments, render) -> abs(value));
    filters.put("int", NumberFilters::integer);
    filters.put("float", NumberFilters::decimal);
    filters.put("round", NumberFilters::round);
  }

  private static Object abs(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (value instanceof Double number) {
      return Math.abs(number);
    } else if (Numbers.isInteger(value)) {
      return Numbers.toLong(value) < 0
          ? Arithmetic.sign(value, true)
          : (Object) Numbers.toLong(value);
    }
    throw new Fault("bad operand type for abs(): '" + Values.typeName(value) + "'");
  }

  private static Object integer(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("int", "default", "base");
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (Numbers.isInteger(value)) {
      return Numbers.toLong(value);
    }
    if (value instanceof String text) {
      BigInteger parsed = parseInteger(text, (int) bound.integer(1, 10));
      if (parsed != null) {
        return exact(parsed);
      }
    }
    Double number = value instanceof String text ? parseFloat(text) : toDouble(value);
    if (number == null || number.isNaN() || number.isInfinite()) {
      return bound.or(0, 0L);
    }
    return exact(new BigDecimal(number).toBigInteger());
  }

  private static Object exact(BigInteger number) {
    if (number.bitLength() > 63) {
      throw Numbers.tooLarge();
    }
    return number.longValue();
  }

  private static @Nullable Double toDouble(Object value) {
    return Numbers.isNumber(value) ? Numbers.toDouble(value) : null;
  }

  private static String digits(String text) {
    String stripped = StringMethods.strip(text, null, true, true).toLowerCase(Locale.ROOT);
    if (stripped.length() > MAX_LENGTH) {
      throw Fault.unsupported("a number of more than " + MAX_LENGTH + " characters");
    }
    return stripped;
  }

  /** Python's int(text, base), or null where that fails. */
  private static @Nullable BigInteger parseInteger(String text, int base) {
    if (base != 2 && base != 8 && base != 10 && base != 16) {
      throw Fault.unsupported("the base " + base);
    }
    String digits = digits(text);
    boolean signed = digits.startsWith("-") || digits.startsWith("+");
    String sign = digits.startsWith("-") ? "-" : "";
    String number = signed ? digits.substring(1) : digits;
    String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "none";
    if (number.startsWith(prefix)) {
      number = number.substring(2);
      number = number.startsWith("_") ? number.substring(1) : number;
    }
    if (!number.matches("[0-9a-z]+(_[0-9a-z]+)*")) {
      return null;
    }
    try {
      return new BigInteger(sign + number.replace("_", ""), base);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Python's float(text), or null where that fails. */
  private static @Nullable Double parseFloat(String text) {
    String number = digits(text);
    if (FLOAT.matcher(number).matches()) {
      return Double.parseDouble(number.replace("_", ""));
    } else if (INFINITE.matcher(number).matches()) {
      return number.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return number.matches("[+-]?nan") ? Double.NaN : null;
  }

  private static Object decimal(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("float", "default");
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Double number = value instanceof String text ? parseFloat(text) : toDouble(value);
    return number == null ? bound.or(0, 0.0) : number;
  }

  /** Jinja2's round: half to even on the exact binary value, as Python's. */
  private static Object round(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("round", "precision", "method");
    long precision = bound.integer(0, 0);
    Object method = bound.or(1, "common");
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (!Numbers.isNumber(value)) {
      throw new Fault("type " + Values.typeName(value) + " doesn't define __round__ method");
    } else if (Math.abs(precision) > 300) {
      throw Fault.unsupported("rounding to " + precision + " digits");
    }
    if (method.equals("common")) {
      return roundHalfEven(value, (int) precision);
    } else if (!method.equals("ceil") && !method.equals("floor")) {
      throw new Fault("method must be common, ceil or floor");
    }
    Object power = Numbers.apply("**", 10L, precision);
    Object scaled = Numbers.apply("*", value, power);
    if (scaled instanceof Double number) {
      double whole = method.equals("ceil") ? Math.ceil(number) : Math.floor(number);
      if (!Double.isFinite(whole)) {
        throw new Fault("cannot convert an infinite or undefined float to an integer");
      }
      // Python's whole number is an int, which has no negative zero.
      scaled = whole + 0.0;
    }
    return Numbers.toDouble(Numbers.apply("/", scaled, power));
  }

  private static Object roundHalfEven(Object value, int precision) {
    if (Numbers.isInteger(value)) {
      BigDecimal number = BigDecimal.valueOf(Numbers.toLong(value));
      return precision >= 0
          ? (Object) number.longValue()
          : exact(number.setScale(precision, RoundingMode.HALF_EVEN).toBigInteger());
    }
    double number = (Double) value;
    if (!Double.isFinite(number)) {
      return number;
    }
    double rounded =
        new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(rounded, number);
  }
}
