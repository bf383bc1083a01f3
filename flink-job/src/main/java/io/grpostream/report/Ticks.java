package io.grpostream.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Where an axis has its marks: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param step distance between marks; above 0
 * @param first the first mark, in steps
 * @param last the last mark, in steps; at least {@code first}
 */
record Ticks(BigDecimal step, long first, long last) {
  /** Values beyond this are not drawn. */
  static final double LARGEST = 1e100;

  /** A range narrower than this share of its values shows rounding only. */
  private static final double NARROWEST = 1e-9;

  /**
   * Marks that enclose both values, about {@code aim} of them. Values that are all but equal get a
   * range around them.
   *
   * @throws IllegalArgumentException unless both are finite, low ≤ high and neither is beyond
   *     ±{@value #LARGEST}
   */
  static Ticks around(double low, double high, int aim) {
    check(low, high);
    double least = Math.max(Math.abs(low), Math.abs(high)) * NARROWEST;
    if (high - low <= least) {
      double half = low == 0 ? 1 : Math.abs(low) / 10;
      return around(low == 0 ? 0 : low - half, high + half, aim);
    }
    BigDecimal step = step((high - low) / aim);
    return new Ticks(
        step,
        steps(low, step, RoundingMode.FLOOR),
        Math.max(
            steps(high, step, RoundingMode.CEILING), steps(low, step, RoundingMode.FLOOR) + 1));
  }

  /** Whole-number marks that lie between both values, at most about {@code aim} of them. */
  static Ticks wholeWithin(double low, double high, int aim) {
    check(low, high);
    BigDecimal step = step((high - low) / aim).max(BigDecimal.ONE);
    long first = steps(low, step, RoundingMode.CEILING);
    return new Ticks(step, first, Math.max(first, steps(high, step, RoundingMode.FLOOR)));
  }

  /** Whole-number marks that enclose 0 and the value, about {@code aim} of them. */
  static Ticks wholeFromZero(double high, int aim) {
    check(0, high);
    BigDecimal step = step(Math.max(high, 1) / aim).max(BigDecimal.ONE);
    return new Ticks(step, 0, Math.max(1, steps(high, step, RoundingMode.CEILING)));
  }

  /** The first mark's value. */
  double low() {
    return value(first);
  }

  /** The last mark's value. */
  double high() {
    return value(last);
  }

  /** Every mark's value, ascending. */
  List<Double> values() {
    return LongStream.rangeClosed(first, last).mapToObj(this::value).toList();
  }

  private double value(long index) {
    return step.multiply(BigDecimal.valueOf(index)).doubleValue();
  }

  private static long steps(double value, BigDecimal step, RoundingMode rounding) {
    // Through the shortest decimal, so that 0.3 is 3 steps of 0.1 and not a little less.
    return BigDecimal.valueOf(value).divide(step, 0, rounding).longValueExact();
  }

  /** The smallest 1, 2 or 5 times a power of ten that is at least {@code least}. */
  private static BigDecimal step(double least) {
    int exponent = (int) Math.floor(Math.log10(Math.max(least, Double.MIN_NORMAL)));
    for (int digit : new int[] {1, 2, 5}) {
      BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
      if (step.doubleValue() >= least) {
        return step;
      }
    }
    return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1);
  }

  private static void check(double low, double high) {
    if (!(low <= high && -LARGEST <= low && high <= LARGEST)) {
      throw new IllegalArgumentException("no axis from " + low + " to " + high);
    }
  }
}
