package io.grpostream.policy.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code text % values} with the conversions s, r, d, i, u, x, X, o, f and %. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\((\\w*)\\))?([-+ 0#]*)(\\d{0,9})(?:\\.(\\d{0,4}))?(.)", Pattern.DOTALL);

  private final List<Object> values;
  private final @Nullable PyDict mapping;

  /** Python does not mind an unused operand that could be a mapping, which to it a list is too. */
  private final boolean ignorable;

  private final Render render;
  private int used;

  private PercentFormat(Object operand, Render render) {
    this.values = operand instanceof PyTuple tuple ? tuple.items() : List.of(operand);
    this.mapping = operand instanceof PyDict dict ? dict : null;
    this.ignorable =
        operand instanceof PyDict
            || operand instanceof Undefined
            || operand instanceof List<?>
            || operand instanceof PyRange;
    this.render = render;
  }

  static String format(String text, Object operand, Render render) {
    return new PercentFormat(operand, render).run(text);
  }

  private String run(String text) {
    StringBuilder out = new StringBuilder();
    Matcher field = FIELD.matcher(text);
    int end = 0;
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', end)) {
      if (!field.region(at, text.length()).lookingAt()) {
        throw new Fault("incomplete format");
      }
      String converted = convert(field);
      render.budget().characters((long) converted.length() + at - end);
      out.append(text, end, at).append(converted);
      end = field.end();
    }
    if (used < values.size() && !ignorable) {
      throw new Fault("not all arguments converted during string formatting");
    }
    return out.append(text.substring(end)).toString();
  }

  private String convert(Matcher field) {
    String conversion = field.group(5);
    if (conversion.equals("%")) {
      return "%";
    }
    Object value = value(field.group(1));
    String flags = field.group(2);
    String width = field.group(3);
    String precision = field.group(4);
    if (flags.contains("#")) {
      throw Fault.unsupported("the format flag '#'");
    }
    String text =
        switch (conversion) {
          case "s" -> cut(render.printer().str(value), precision);
          case "r" -> cut(render.printer().repr(value), precision);
          case "d", "i", "u" -> signed(integer(value, true, 10), flags);
          case "x" -> signed(integer(value, false, 16), flags);
          case "X" -> signed(Cases.upper(integer(value, false, 16)), flags);
          case "o" -> signed(integer(value, false, 8), flags);
          case "f", "F" -> signed(fixed(value, precision), flags);
          default -> throw Fault.unsupported("the format '%" + conversion + "'");
        };
    boolean zeros = flags.contains("0") && !flags.contains("-") && !"sr".contains(conversion);
    return pad(text, width.isEmpty() ? 0 : Integer.parseInt(width), flags.contains("-"), zeros);
  }

  private Object value(@Nullable String key) {
    if (key != null) {
      Object value = mapping == null ? null : mapping.get(key);
      if (value == null) {
        throw new Fault("the format has no value for '" + key + "'");
      }
      return value;
    }
    if (used >= values.size()) {
      throw new Fault("not enough arguments for format string");
    }
    return values.get(used++);
  }

  private static String cut(String text, @Nullable String precision) {
    if (precision == null) {
      return text;
    }
    int most = precision.isEmpty() ? 0 : Integer.parseInt(precision);
    return Values.length(text) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
  }

  private static String integer(Object value, boolean floats, int radix) {
    if (floats && value instanceof Double number && Double.isFinite(number)) {
      return new BigDecimal(number).toBigInteger().toString();
    } else if (Numbers.isInteger(value)) {
      return Long.toString(Numbers.toLong(value), radix);
    }
    throw new Fault("a number is required, not " + Values.typeName(value));
  }

  private static String fixed(Object value, @Nullable String precision) {
    if (!Numbers.isNumber(value)) {
      throw new Fault("must be real number, not " + Values.typeName(value));
    }
    int digits = precision == null ? 6 : precision.isEmpty() ? 0 : Integer.parseInt(precision);
    double number = Numbers.toDouble(value);
    if (!Double.isFinite(number)) {
      return Numbers.repr(number);
    }
    boolean negative = number < 0 || 1 / number < 0;
    return (negative ? "-" : "")
        + new BigDecimal(Math.abs(number)).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String signed(String number, String flags) {
    boolean plus = flags.contains("+");
    if (number.startsWith("-") || !(plus || flags.contains(" "))) {
      return number;
    }
    return (plus ? "+" : " ") + number;
  }

  private String pad(String text, int width, boolean left, boolean zeros) {
    String sign =
        zeros && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0 ? text.substring(0, 1) : "";
    String rest = text.substring(sign.length());
    return sign
        + StringMethods.pad(
            left ? "ljust" : "rjust",
            rest,
            (long) width - sign.length(),
            zeros ? "0" : " ",
            render.budget());
  }
}
