package io.grpostream.report;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A measure over steps.
 *
 * @param x steps, ascending
 * @param y one value per step; NaN where there is none
 */
record Curve(double[] x, double[] y) {
  Curve {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " steps for " + y.length + " values");
    }
  }

  int size() {
    return x.length;
  }

  /** The values that are there. */
  DoubleStream values() {
    return Arrays.stream(y).filter(value -> !Double.isNaN(value));
  }

  /** No value at all is there. */
  boolean isEmpty() {
    return values().findAny().isEmpty();
  }

  /** The last value that is there; NaN if none is. */
  double last() {
    return values().reduce(Double.NaN, (earlier, later) -> later);
  }

  /** The curve at these indexes only. */
  Curve at(int[] indexes) {
    return new Curve(
        Arrays.stream(indexes).mapToDouble(i -> x[i]).toArray(),
        Arrays.stream(indexes).mapToDouble(i -> y[i]).toArray());
  }

  /**
   * Each value replaced by the mean of the {@code window} values around it (fewer at the ends), of
   * those that are there. Where there is no value there is none after.
   *
   * @param window odd
   */
  Curve smoothed(int window) {
    double[] means = new double[size()];
    double[] sums = new double[size() + 1];
    int[] counts = new int[size() + 1];
    for (int i = 0; i < size(); i++) {
      boolean there = !Double.isNaN(y[i]);
      sums[i + 1] = sums[i] + (there ? y[i] : 0);
      counts[i + 1] = counts[i] + (there ? 1 : 0);
    }
    for (int i = 0; i < size(); i++) {
      int from = Math.max(0, i - window / 2);
      int to = Math.min(size(), i + window / 2 + 1);
      means[i] = Double.isNaN(y[i]) ? y[i] : (sums[to] - sums[from]) / (counts[to] - counts[from]);
    }
    return new Curve(x, means);
  }

  /**
   * A curve that looks the same at {@code buckets} columns: of each column's values the lowest and
   * the highest, in their order, and the very first and last. A column without values leaves a gap.
   */
  Curve downsampled(int buckets) {
    if (size() <= 2 * buckets) {
      return this;
    }
    IntStream.Builder kept = IntStream.builder();
    for (int bucket = 0; bucket < buckets; bucket++) {
      int from = (int) ((long) bucket * size() / buckets);
      int to = (int) ((bucket + 1L) * size() / buckets);
      int lowest = from;
      int highest = from;
      for (int i = from; i < to; i++) {
        lowest = Double.isNaN(y[lowest]) || y[i] < y[lowest] ? i : lowest;
        highest = Double.isNaN(y[highest]) || y[i] > y[highest] ? i : highest;
      }
      kept.add(lowest).add(highest);
    }
    kept.add(0).add(size() - 1);
    return at(kept.build().sorted().distinct().toArray());
  }
}
