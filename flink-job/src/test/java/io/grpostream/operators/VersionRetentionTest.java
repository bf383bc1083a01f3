package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeTrainer;
import io.grpostream.records.PolicyRef;
import io.grpostream.rules.Retention;
import io.grpostream.store.PolicyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A learner that makes 500 versions keeps a handful of them, whenever one looks. */
class VersionRetentionTest {
  private static final int VERSIONS = 500;
  private static final int CHECKPOINT_EVERY = 7;
  private static final int MAX_STALENESS = 1;

  @TempDir private Path folder;

  @Test
  void theStoreHoldsWhatARestoreAsksForAndLittleMore() throws Exception {
    PolicyStore store = new PolicyStore(folder.toUri().toString(), "run");
    Semaphore permits = new Semaphore(VERSIONS);
    try (var harness =
        LearnerHarness.of(
            1,
            new Retention(MAX_STALENESS, 0, 0),
            seat -> new FakeTrainer(permits),
            store,
            new Handover("learner-" + UUID.randomUUID()))) {
      harness.open();
      harness.processElement2("life", 0);
      PolicyRef newest = LearnerHarness.awaitVersion(harness, 0);
      PolicyRef before = newest;
      long most = 0;
      for (int k = 0; k < VERSIONS; k++) {
        LearnerHarness.feed(harness, before, 2L * k, 2L * k + 1);
        before = newest;
        newest = LearnerHarness.awaitVersion(harness, k + 1L);
        harness.getSideOutput(LearnerOperator.VERSIONS).clear();
        if (k % CHECKPOINT_EVERY == 0) {
          harness.snapshot(k, k);
          harness.notifyOfCompletedCheckpoint(k);
        }
        most = Math.max(most, numbers().size());
        assertTrue(store.problem(newest.number(), newest.sha256()).isEmpty(), "version " + (k + 1));
      }
      assertTrue(most <= MAX_STALENESS + 4, "at most " + most + " objects at a time");
      assertEquals(List.of(497L, 498L, 499L, 500L), numbers());
    }
  }

  private List<Long> numbers() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("run"))) {
      return files
          .map(file -> Long.valueOf(file.getFileName().toString().substring(1, 9)))
          .sorted()
          .toList();
    }
  }
}
