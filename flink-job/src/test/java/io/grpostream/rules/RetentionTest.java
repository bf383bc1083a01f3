package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which versions stay, by hand; and that checkpoints under way count as those that completed. */
class RetentionTest {
  private static List<Long> kept(Retention retention, long newest, Long... checkpointed) {
    return LongStream.rangeClosed(0, newest)
        .filter(number -> retention.keeps(number, newest, List.of(checkpointed)))
        .boxed()
        .toList();
  }

  @Test
  void theNewestStayAsManyAsSamplingMayAskForAndOneMore() {
    assertEquals(List.of(19L, 20L), kept(new Retention(0, 0, 0), 20));
    assertEquals(List.of(18L, 19L, 20L), kept(new Retention(1, 0, 0), 20));
  }

  @Test
  void whatARestoredSamplerMayAskForStaysWithItsCheckpoint() {
    assertEquals(List.of(9L, 19L, 20L), kept(new Retention(0, 0, 0), 20, 9L));
    assertEquals(List.of(8L, 9L, 18L, 19L, 20L), kept(new Retention(1, 0, 0), 20, 9L));
    assertEquals(
        List.of(3L, 4L, 8L, 9L, 18L, 19L, 20L), kept(new Retention(1, 0, 0), 20, 4L, 9L, 9L));
  }

  @Test
  void everySoManyStayForGoodAndTheNewestToBeEvaluatedUntilTheNext() {
    assertEquals(List.of(0L, 7L, 14L, 19L, 20L), kept(new Retention(0, 7, 0), 20));
    assertEquals(List.of(16L, 19L, 20L), kept(new Retention(0, 0, 8), 20));
    assertEquals(List.of(23L, 24L), kept(new Retention(0, 0, 8), 24));
  }

  @Test
  void takesNoNegativeNumbers() {
    assertThrows(IllegalArgumentException.class, () -> new Retention(0, -1, 0));
  }

  @Test
  void aCheckpointCountsFromItsStartUntilNewerOnesHaveCompleted() {
    RestorableVersions restorable = new RestorableVersions(1);
    restorable.restored(5);
    restorable.started(1, 7);
    assertEquals(List.of(5L, 7L), List.copyOf(restorable.versions()));
    restorable.completed(1);
    assertEquals(List.of(7L), List.copyOf(restorable.versions()));
    restorable.started(2, 9);
    restorable.aborted(2);
    restorable.completed(2);
    assertEquals(List.of(7L), List.copyOf(restorable.versions()));
  }

  @Test
  void asManyCompletedOnesStayAsAreRetained() {
    RestorableVersions restorable = new RestorableVersions(2);
    for (long checkpoint = 1; checkpoint <= 3; checkpoint++) {
      restorable.started(checkpoint, 10 * checkpoint);
      restorable.completed(checkpoint);
    }
    assertEquals(List.of(20L, 30L), List.copyOf(restorable.versions()));
  }
}
