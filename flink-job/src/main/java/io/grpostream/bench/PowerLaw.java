package io.grpostream.bench;

/** y = c · xᵏ through measured points. */
public final class PowerLaw {
  private PowerLaw() {}

  /**
   * The exponent k of the line through (log x, log y) with the least squares.
   *
   * @param x above 0, at least two different ones
   * @param y above 0, as many
   */
  public static double exponent(double[] x, double[] y) {
    double meanX = meanLog(x);
    double meanY = meanLog(y);
    double together = 0;
    double spread = 0;
    for (int i = 0; i < x.length; i++) {
      double fromMean = Math.log(x[i]) - meanX;
      together += fromMean * (Math.log(y[i]) - meanY);
      spread += fromMean * fromMean;
    }
    if (spread == 0) {
      throw new IllegalArgumentException("an exponent needs at least two different points");
    }
    return together / spread;
  }

  private static double meanLog(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Math.log(value);
    }
    return sum / values.length;
  }
}
