package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.training.OptimizerSettings.Schedule;
import org.junit.jupiter.api.Test;

/** Rates by hand: a peak of 0.8 after four steps of warm-up, twelve steps in all. */
class LearningRateTest {
  @Test
  void warmUpRisesToThePeak() {
    for (Schedule schedule : Schedule.values()) {
      assertEquals(0.2, rate(schedule, 0), 1e-12);
      assertEquals(0.6, rate(schedule, 2), 1e-12);
      assertEquals(0.8, rate(schedule, 3), 1e-12);
      assertEquals(0.8, rate(schedule, 4), 1e-12);
    }
  }

  @Test
  void thenItStaysOrFalls() {
    assertEquals(0.8, rate(Schedule.CONSTANT, 1000), 1e-12);
    assertEquals(0.6, rate(Schedule.LINEAR, 6), 1e-12);
    assertEquals(0.4, rate(Schedule.COSINE, 8), 1e-12);
    assertEquals(0.8 * 0.5 * (1 + Math.sqrt(0.5)), rate(Schedule.COSINE, 6), 1e-12);
  }

  @Test
  void andEndsAtZero() {
    for (long step : new long[] {12, 13, 100}) {
      assertEquals(0, rate(Schedule.LINEAR, step), 1e-12);
      assertEquals(0, rate(Schedule.COSINE, step), 1e-12);
    }
  }

  private static double rate(Schedule schedule, long step) {
    return LearningRate.at(
        new OptimizerSettings(0.8, schedule, 4, 12, 0.9, 0.999, 1e-8, 0, 1), step);
  }
}
