package io.grpostream.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Axis marks by hand, and what holds for all of them. */
class TicksTest {
  private static String marks(Ticks ticks) {
    return ticks.values().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 5, 0.0 0.2 0.4 0.6 0.8 1.0",
    "0, 0.3, 3, 0.0 0.1 0.2 0.3",
    "0.12, 0.93, 5, 0.0 0.2 0.4 0.6 0.8 1.0",
    "-0.03, 0.07, 5, -0.04 -0.02 0.0 0.02 0.04 0.06 0.08",
    "0, 1234, 4, 0.0 500.0 1000.0 1500.0",
    "3, 3, 4, 2.6 2.8 3.0 3.2 3.4",
    "-3, -3, 4, -3.4 -3.2 -3.0 -2.8 -2.6",
    "0, 0, 4, 0.0 0.5 1.0",
    "0.0000012, 0.0000048, 4, 1.0E-6 2.0E-6 3.0E-6 4.0E-6 5.0E-6",
  })
  void marksEncloseTheValues(double low, double high, int aim, String marks) {
    assertEquals(marks, marks(Ticks.around(low, high, aim)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, 5, 0.0 20.0 40.0 60.0 80.0 100.0",
    "0, 1, 5, 0.0 1.0",
    "0, 3, 5, 0.0 1.0 2.0 3.0",
    "17, 9983, 5, 2000.0 4000.0 6000.0 8000.0",
    "0, 0, 5, 0.0",
  })
  void wholeMarksLieWithin(double low, double high, int aim, String marks) {
    assertEquals(marks, marks(Ticks.wholeWithin(low, high, aim)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0 1.0", "1, 0.0 1.0", "2, 0.0 1.0 2.0", "9, 0.0 5.0 10.0"})
  void wholeMarksStartAtZero(double high, String marks) {
    assertEquals(marks, marks(Ticks.wholeFromZero(high, 4)));
  }

  @Test
  void anyRangeHasAFewMarksThatEncloseIt() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      double a = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-99, 99));
      double b = random.nextBoolean() ? a * (1 + random.nextDouble() * 1e-8) : random.nextDouble();
      Ticks ticks = Ticks.around(Math.min(a, b), Math.max(a, b), 4);
      List<Double> marks = ticks.values();
      assertTrue(marks.size() >= 2 && marks.size() <= 7, () -> a + " to " + b + ": " + marks);
      assertTrue(ticks.low() <= Math.min(a, b), () -> a + " to " + b + ": " + marks);
      assertTrue(ticks.high() >= Math.max(a, b), () -> a + " to " + b + ": " + marks);
    }
  }

  @Test
  void whatIsNoRangeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Ticks.around(1, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> Ticks.around(Double.NaN, 0, 4));
    assertThrows(IllegalArgumentException.class, () -> Ticks.around(0, 1e101, 4));
  }
}
