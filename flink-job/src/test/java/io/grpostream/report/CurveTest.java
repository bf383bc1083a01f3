package io.grpostream.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Smoothing and downsampling by hand. */
class CurveTest {
  private static final double NAN = Double.NaN;

  private static Curve curve(double... y) {
    return new Curve(IntStream.range(0, y.length).asDoubleStream().toArray(), y);
  }

  @Test
  void smoothingIsTheMeanAround() {
    assertArrayEquals(
        new double[] {1.5, 2, 3, 4, 4.5}, curve(1, 2, 3, 4, 5).smoothed(3).y(), 1e-12);
    assertArrayEquals(new double[] {1, NAN, 3.5, 3.5}, curve(1, NAN, 3, 4).smoothed(3).y(), 1e-12);
    assertArrayEquals(new double[] {NAN}, curve(NAN).smoothed(5).y());
  }

  @Test
  void aShortCurveIsLeftAlone() {
    Curve curve = curve(1, 2, 3, 4);
    assertSame(curve, curve.downsampled(2));
  }

  @Test
  void downsamplingKeepsEveryColumnsExtremes() {
    Curve kept = curve(5, 1, 9, 5, /* next column */ 5, 8, NAN, 2).downsampled(2);
    assertArrayEquals(new double[] {0, 1, 2, 5, 7}, kept.x());
    assertArrayEquals(new double[] {5, 1, 9, 8, 2}, kept.y());
  }

  @Test
  void aColumnWithoutValuesIsAGap() {
    Curve kept = curve(1, 1, 1, 1, NAN, NAN, NAN, NAN, 2, 3, 2, 2).downsampled(3);
    assertEquals(1, Arrays.stream(kept.y()).filter(Double::isNaN).count());
    assertEquals(2, kept.last());
  }

  @Test
  void downsamplingKeepsTheExtremesOfTenThousandSteps() {
    double[] y = IntStream.range(0, 10_000).mapToDouble(i -> Math.sin(i * 12.9898) % 1).toArray();
    y[4321] = 7;
    Curve kept = curve(y).downsampled(200);
    assertTrue(kept.size() <= 402);
    assertEquals(7, kept.values().max().orElseThrow());
    assertEquals(Arrays.stream(y).min().orElseThrow(), kept.values().min().orElseThrow());
    for (int i = 1; i < kept.size(); i++) {
      assertTrue(kept.x()[i - 1] < kept.x()[i]);
    }
  }
}
