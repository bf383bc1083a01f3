package io.grpostream.operators;

import static io.grpostream.operators.LearnerHarness.awaitVersion;
import static io.grpostream.operators.LearnerHarness.feed;
import static io.grpostream.operators.LearnerHarness.versions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeTrainer;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.Retention;
import io.grpostream.store.PolicyStore;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A learner that restores, and finds the store's objects damaged: versions 0, 1 and 2 were made.
 */
class RestoredVersionsTest {
  @TempDir private Path folder;
  private final Semaphore permits = new Semaphore(0);

  /** A learner's state, and versions that it has made. */
  private record Saved(OperatorSubtaskState state, PolicyRef one, PolicyRef two) {}

  private PolicyStore store() {
    return new PolicyStore(folder.toUri().toString(), "run");
  }

  private KeyedTwoInputStreamOperatorTestHarness<Integer, Group, String, TrainingStep> harness(
      int maxStaleness, int updates) throws Exception {
    return LearnerHarness.of(
        updates,
        new Retention(maxStaleness, 0, 0),
        seat -> new FakeTrainer(permits),
        store(),
        new Handover("restored-" + UUID.randomUUID()));
  }

  /**
   * The state of a learner at version 2.
   *
   * @param waiting groups of the batches after it
   */
  private Saved atVersionTwo(int maxStaleness, int updates, long... waiting) throws Exception {
    try (var harness = harness(maxStaleness, updates)) {
      harness.open();
      harness.processElement2("life one", 0);
      PolicyRef zero = awaitVersion(harness, 0);
      permits.release(2 * updates);
      feed(harness, zero, 0, 1);
      PolicyRef one = awaitVersion(harness, 1);
      feed(harness, maxStaleness == 0 ? one : zero, 2, 3);
      PolicyRef two = awaitVersion(harness, 2);
      feed(harness, maxStaleness == 0 ? two : one, waiting);
      return new Saved(harness.snapshot(1, 1), one, two);
    }
  }

  private Path object(PolicyRef version) {
    return Path.of(URI.create(store().uri(version.number(), version.sha256())));
  }

  private void damage(PolicyRef version) throws Exception {
    byte[] bytes = Files.readAllBytes(object(version));
    bytes[bytes.length - 1] ^= 1;
    Files.write(object(version), bytes);
  }

  private static void restore(
      KeyedTwoInputStreamOperatorTestHarness<?, ?, String, ?> harness, OperatorSubtaskState state)
      throws Exception {
    harness.initializeState(state);
    harness.open();
    harness.processElement2("life two", 0);
  }

  private static List<Long> announced(KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, ?> harness) {
    return versions(harness).stream().map(PolicyVersion::number).toList();
  }

  @Test
  void theNewestIsWrittenAgain() throws Exception {
    Saved saved = atVersionTwo(0, 1);
    damage(saved.two());
    assertTrue(store().problem(2, saved.two().sha256()).isPresent());
    try (var harness = harness(0, 1)) {
      restore(harness, saved.state());
      awaitVersion(harness, 2);
      assertTrue(store().problem(2, saved.two().sha256()).isEmpty());
    }
  }

  @Test
  void anOlderOneThatABatchWaitsForEndsTheJobForGood() throws Exception {
    Saved saved = atVersionTwo(1, 1, 4);
    damage(saved.one());
    assertEndsForGood(saved, " has hash ");
    Files.delete(object(saved.one()));
    assertEndsForGood(saved, " is missing");
  }

  private void assertEndsForGood(Saved saved, String problem) throws Exception {
    try (var harness = harness(1, 1)) {
      restore(harness, saved.state());
      Throwable failure =
          assertThrows(
              IllegalStateException.class, () -> Mailbox.runFor(harness, Duration.ofSeconds(5)));
      assertTrue(
          ExceptionUtils.findThrowable(failure, SuppressRestartsException.class).isPresent());
      while (failure.getCause() != null) {
        failure = failure.getCause();
      }
      String message = String.valueOf(failure.getMessage());
      String start =
          "policy version 1 is needed and cannot be had: " + store().uri(1, saved.one().sha256());
      assertTrue(message.startsWith(start + problem), message);
      assertTrue(message.contains("resume from an older checkpoint"), message);
      assertTrue(versions(harness).isEmpty(), "nobody may wait for a version that will not come");
    }
  }

  @Test
  void anOlderOneThatNothingIsSampledWithAnyMoreIsLeftOut() throws Exception {
    Saved saved = atVersionTwo(1, 1, 4, 5);
    damage(saved.one());
    permits.release(1);
    try (var harness = harness(1, 1)) {
      restore(harness, saved.state());
      awaitVersion(harness, 3);
      assertEquals(List.of(0L, 2L, 3L), announced(harness));
    }
  }

  @Test
  void inTheMiddleOfABatchTheNewestIsAnothersWeights() throws Exception {
    OperatorSubtaskState state;
    PolicyRef zero;
    try (var harness = harness(0, 2)) {
      harness.open();
      harness.processElement2("life one", 0);
      zero = awaitVersion(harness, 0);
      feed(harness, zero, 0, 1);
      permits.release(1);
      Mailbox.runUntil(harness, "one of two updates", () -> permits.availablePermits() == 0);
      Mailbox.runFor(harness, Duration.ofMillis(50));
      state = harness.snapshot(1, 1);
    }
    damage(zero);
    permits.release(1);
    try (var harness = harness(0, 2)) {
      restore(harness, state);
      awaitVersion(harness, 1);
      assertEquals(List.of(1L), announced(harness));
      assertTrue(
          store().problem(0, zero.sha256()).isPresent(),
          "half a batch must not pass for version 0");
    }
  }

  @Test
  void aStoreThatHasMovedIsAnnounced() throws Exception {
    Saved saved = atVersionTwo(0, 1);
    Path moved = Files.createDirectory(folder.resolve("moved"));
    Files.move(folder.resolve("run"), moved.resolve("run"));
    PolicyStore elsewhere = new PolicyStore(moved.toUri().toString(), "run");
    try (var harness =
        LearnerHarness.of(
            1,
            new Retention(0, 0, 0),
            seat -> new FakeTrainer(permits),
            elsewhere,
            new Handover("moved"))) {
      restore(harness, saved.state());
      awaitVersion(harness, 2);
      for (PolicyVersion version : versions(harness)) {
        assertEquals(elsewhere.uri(version.number(), version.sha256()), version.uri());
      }
    }
  }
}
