package io.grpostream.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: thousands separators, few digits, a true minus sign, units. */
final class Figures {
  /** What stands where there is no number. */
  static final String NONE = "\u2013";

  private static final String MINUS = "\u2212";
  private static final MathContext THREE_DIGITS = new MathContext(3);

  private Figures() {}

  /** Three significant digits: 0.123, 12.3, 1,230, 12.3k, 4.5M, 1.2e−7. */
  static String brief(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(THREE_DIGITS);
    double size = Math.abs(rounded.doubleValue());
    if (size >= 1e15 || (size != 0 && size < 1e-4)) {
      return scientific(rounded);
    }
    if (size >= 1e9) {
      return plain(rounded.movePointLeft(9)) + "B";
    }
    if (size >= 1e6) {
      return plain(rounded.movePointLeft(6)) + "M";
    }
    return size >= 1e4 ? plain(rounded.movePointLeft(3)) + "k" : plain(rounded);
  }

  /**
   * A mark on an axis: all its digits, in the axis's unit.
   *
   * @param largest the axis's value furthest from 0, which decides the unit for all its marks
   */
  static String tick(double value, double largest) {
    double size = Math.abs(largest);
    BigDecimal exact = BigDecimal.valueOf(value);
    if (value == 0) {
      return "0";
    }
    // Beside the axis there is room for 0.0005, not for 0.00005.
    if (size >= 1e15 || size < 1e-3) {
      return scientific(exact.stripTrailingZeros());
    }
    if (size >= 1e9) {
      return plain(exact.movePointLeft(9)) + "B";
    }
    if (size >= 1e6) {
      return plain(exact.movePointLeft(6)) + "M";
    }
    return size >= 1e5 ? plain(exact.movePointLeft(3)) + "k" : plain(exact);
  }

  /** A count with thousands separators. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace("-", MINUS);
  }

  /** A share as people say it: 93.2 %. */
  static String percent(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.1f", 100 * share).replace(".0", "") + "\u00a0%"
        : NONE;
  }

  /** A time: 0.5 s, 59 s, 2 min 5 s, 3 h 20 min. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return NONE;
    }
    long whole = Math.round(seconds);
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : count(whole / 3600) + " h " + whole % 3600 / 60 + " min";
  }

  private static String plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    BigDecimal whole = stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    return String.format(Locale.ROOT, "%,." + whole.scale() + "f", whole).replace("-", MINUS);
  }

  private static String scientific(BigDecimal value) {
    int exponent = value.precision() - value.scale() - 1;
    return plain(value.scaleByPowerOfTen(-exponent))
        + "e"
        + String.valueOf(exponent).replace("-", MINUS);
  }
}
