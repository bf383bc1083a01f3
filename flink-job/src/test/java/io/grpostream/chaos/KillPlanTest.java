package io.grpostream.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KillPlanTest {
  private static final Duration MEAN = Duration.ofSeconds(40);

  @Test
  void twentyKillsHoldEveryKindAndPhaseOftenEnough() {
    for (long seed = 0; seed < 50; seed++) {
      List<KillPlan.Kill> plan = KillPlan.of(20, seed, MEAN);

      assertEquals(20, plan.size());
      for (Victim victim : Victim.values()) {
        assertEquals(5, plan.stream().filter(kill -> kill.victim() == victim).count());
      }
      assertEquals(5, plan.stream().filter(kill -> kill.phase() == Phase.STEP).count());
      assertEquals(3, plan.stream().filter(kill -> kill.phase() == Phase.COMMIT).count());
    }
  }

  @Test
  void theSeedDecidesIt() {
    assertEquals(KillPlan.of(20, 1, MEAN), KillPlan.of(20, 1, MEAN));
    assertNotEquals(KillPlan.of(20, 1, MEAN), KillPlan.of(20, 2, MEAN));
  }

  /** Uniform on [20 s, 60 s] the mean of 2,000 has a standard deviation of 0.26 s. */
  @Test
  void theTimesHaveTheirMean() {
    List<KillPlan.Kill> plan = KillPlan.of(2000, 7, MEAN);

    double mean = plan.stream().mapToLong(kill -> kill.after().toMillis()).average().orElseThrow();
    assertEquals(40_000, mean, 1_500);
    assertTrue(
        plan.stream()
            .allMatch(
                kill -> kill.after().toMillis() >= 20_000 && kill.after().toMillis() <= 60_000));
  }
}
