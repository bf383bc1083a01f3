package io.grpostream.policy.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Python's numbers: int (64 bits here), float and bool, which counts as int. */
final class Numbers {
  private Numbers() {}

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof Double;
  }

  static long toLong(Object integer) {
    return integer instanceof Boolean flag ? (flag ? 1 : 0) : (Long) integer;
  }

  static double toDouble(Object number) {
    return number instanceof Double value ? value : toLong(number);
  }

  /** A value that must be an int, such as an index or a width. */
  static long index(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (!isInteger(value)) {
      throw new Fault(
          "'" + Values.typeName(value) + "' object cannot be interpreted as an integer");
    }
    return toLong(value);
  }

  /** The result of exact arithmetic, or a fault where Python would go beyond 64 bits. */
  static Object exact(LongSupplier arithmetic) {
    try {
      return arithmetic.getAsLong();
    } catch (ArithmeticException e) {
      throw tooLarge();
    }
  }

  static Fault tooLarge() {
    return Fault.unsupported("an integer beyond 64 bits");
  }

  static Object apply(String operator, Object a, Object b) {
    return isInteger(a) && isInteger(b)
        ? integers(operator, toLong(a), toLong(b))
        : floats(operator, toDouble(a), toDouble(b));
  }

  private static Object integers(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> exact(() -> Math.addExact(a, b));
      case "-" -> exact(() -> Math.subtractExact(a, b));
      case "*" -> exact(() -> Math.multiplyExact(a, b));
      case "/" -> divide(a, nonZero(b));
      case "//" -> Math.floorDiv(a, nonZero(b));
      case "%" -> Math.floorMod(a, nonZero(b));
      default -> b < 0 ? floats("**", (double) a, (double) b) : exact(() -> power(a, b));
    };
  }

  /** The float nearest to the exact quotient, also of integers that no float can hold. */
  private static double divide(long a, long b) {
    long exact = 1L << 53;
    return Math.abs(a) <= exact && Math.abs(b) <= exact
        ? (double) a / (double) b
        : BigDecimal.valueOf(a).divide(BigDecimal.valueOf(b), new MathContext(60)).doubleValue();
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long factor = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = Math.multiplyExact(result, factor);
      }
      if (rest > 1) {
        factor = Math.multiplyExact(factor, factor);
      }
    }
    return result;
  }

  private static Object floats(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / nonZero(b);
      case "//" -> floorDivide(a, nonZero(b));
      case "%" -> modulo(a, nonZero(b));
      default -> power(a, b);
    };
  }

  /** Python's float modulo takes the sign of the divisor, Java's that of the dividend. */
  private static double modulo(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0.0, b);
    }
    return (rest < 0) == (b < 0) ? rest : rest + b;
  }

  private static double floorDivide(double a, double b) {
    double quotient = (a - modulo(a, b)) / b;
    if (quotient == 0) {
      return Math.copySign(0.0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double a, double b) {
    if (a == 0 && b < 0) {
      throw new Fault("0.0 cannot be raised to a negative power");
    }
    double result = Math.pow(a, b);
    if (Double.isInfinite(result) && Double.isFinite(a) && Double.isFinite(b)) {
      throw new Fault("the result of ** is too large");
    }
    if (Double.isNaN(result) && !Double.isNaN(a) && !Double.isNaN(b)) {
      throw Fault.unsupported("a complex number");
    }
    return a == 1 || b == 0 ? 1.0 : result;
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new Fault("division by zero");
    }
    return divisor;
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new Fault("division by zero");
    }
    return divisor;
  }

  /**
   * An integer as a template's source writes it, decimal or with 0x, 0o or 0b.
   *
   * @throws NumberFormatException beyond 64 bits
   */
  static long parseLiteral(String text) {
    String prefix = text.length() > 2 ? text.substring(0, 2).toLowerCase(Locale.ROOT) : "";
    return switch (prefix) {
      case "0x" -> Long.parseLong(text.substring(2), 16);
      case "0o" -> Long.parseLong(text.substring(2), 8);
      case "0b" -> Long.parseLong(text.substring(2), 2);
      default -> Long.parseLong(text);
    };
  }

  /**
   * Python's repr of a float: the shortest decimal that reads back as the same number, with an
   * exponent below 1e-4 and from 1e16 on. (Double.toString of Java 17 is not always the shortest.)
   */
  static String repr(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    } else if (number == 0) {
      return 1 / number > 0 ? "0.0" : "-0.0";
    }
    BigDecimal exact = new BigDecimal(Math.abs(number));
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shortest.doubleValue() == Math.abs(number)) {
        break;
      }
    }
    return (number < 0 ? "-" : "") + layOut(shortest.stripTrailingZeros());
  }

  private static String layOut(BigDecimal number) {
    String digits = number.unscaledValue().toString();
    int exponent = digits.length() - 1 - number.scale();
    if (exponent >= -4 && exponent < 16) {
      String plain = number.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + String.format("%02d", Math.abs(exponent));
  }
}
