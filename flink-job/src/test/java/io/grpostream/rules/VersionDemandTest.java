package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which versions are still needed, with batches of two groups. */
class VersionDemandTest {
  private static final int B = 2;

  private static Set<Long> demand(
      Schedule schedule, int maxStaleness, long nextBatch, long... here) {
    BatchAssembly<Long> assembly =
        new BatchAssembly<>(new Batches(B, 1), number -> number, nextBatch);
    for (long number : here) {
      assembly.add(number);
    }
    return VersionDemand.of(schedule, new StalenessGate(maxStaleness, B), assembly);
  }

  @Test
  void inLockstepThoseOfEveryBatchThatLacksAGroup() {
    assertEquals(Set.of(7L), demand(Schedule.LOCKSTEP, 0, 7));
    assertEquals(Set.of(7L), demand(Schedule.LOCKSTEP, 0, 7, 14));
    assertEquals(Set.of(), demand(Schedule.LOCKSTEP, 0, 7, 14, 15));
    assertEquals(Set.of(6L, 7L), demand(Schedule.LOCKSTEP, 1, 7, 14));
    assertEquals(Set.of(7L), demand(Schedule.LOCKSTEP, 1, 7, 14, 15, 16));
    assertEquals(Set.of(6L), demand(Schedule.LOCKSTEP, 1, 7, 15, 16, 17));
    assertEquals(Set.of(5L, 7L), demand(Schedule.LOCKSTEP, 2, 7, 16, 17));
  }

  @Test
  void theFirstBatchesAllNeedVersionZero() {
    assertEquals(Set.of(0L), demand(Schedule.LOCKSTEP, 1, 0));
    assertEquals(Set.of(0L, 1L), demand(Schedule.LOCKSTEP, 1, 1));
  }

  @Test
  void liveNeedsTheNewest() {
    assertEquals(Set.of(7L), demand(Schedule.LIVE, 2, 7, 14));
  }
}
