package io.grpostream.report;

/**
 * Values to pixels on a straight line.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}; above {@code low}
 */
record LinearScale(double low, double high, double from, double to) {
  LinearScale {
    if (!(low < high)) {
      throw new IllegalArgumentException("no scale from " + low + " to " + high);
    }
  }

  double pixel(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }
}
