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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The learner in Flink's harness: order of batches, snapshots in the middle of a step, restores,
 * lineages.
 */
class LearnerOperatorTest {
  @TempDir private Path folder;
  private final Semaphore permits = new Semaphore(0);
  private final Handover handover = new Handover("learner-" + UUID.randomUUID());
  private PolicyStore store;

  @BeforeEach
  void makeStore() {
    store = new PolicyStore(folder.toUri().toString(), "run");
  }

  private KeyedTwoInputStreamOperatorTestHarness<Integer, Group, String, TrainingStep> harness(
      int updatesPerBatch) throws Exception {
    return LearnerHarness.of(
        updatesPerBatch, new Retention(0, 0, 0), seat -> new FakeTrainer(permits), store, handover);
  }

  @Test
  void trainsInOrderOfNWhateverOrderGroupsComeIn() throws Exception {
    permits.release(100);
    try (var harness = harness(1)) {
      harness.open();
      harness.processElement2("life", 0);
      PolicyRef base = awaitVersion(harness, 0);
      feed(harness, base, 1, 0);
      PolicyRef first = awaitVersion(harness, 1);
      feed(harness, first, 3, 2);
      awaitVersion(harness, 2);
      List<TrainingStep> steps = harness.extractOutputValues();
      assertEquals(List.of(0L, 1L), steps.stream().map(step -> step.determined().step()).toList());
      assertEquals(
          List.of(2L, 3L),
          steps.get(1).determined().groups().stream()
              .map(TrainingStep.TrainedGroup::number)
              .toList());
      assertEquals(steps.get(0).determined().sha256(), steps.get(1).determined().parentSha256());
      assertEquals(
          List.of(0L, 2L, 4L), versions(harness).stream().map(PolicyVersion::frontier).toList());
    }
  }

  @Test
  void aSnapshotInTheMiddleOfAStepHoldsTheLastFinishedUpdateAndTheWaitingGroups() throws Exception {
    String unbroken = hashAfterFourUpdates();
    permits.drainPermits();
    OperatorSubtaskState state;
    PolicyRef base;
    try (var harness = harness(4)) {
      harness.open();
      harness.processElement2("life one", 0);
      base = awaitVersion(harness, 0);
      feed(harness, base, 0, 1);
      permits.release(2);
      Mailbox.runUntil(harness, "two updates done", () -> permits.availablePermits() == 0);
      Mailbox.runFor(harness, Duration.ofMillis(50));
      long before = System.nanoTime();
      state = harness.snapshot(1, 1);
      assertTrue(
          System.nanoTime() - before < 1_000_000_000L, "a snapshot must not wait for the step");
    }
    permits.release(2);
    try (var harness = harness(4)) {
      harness.initializeState(state);
      harness.open();
      harness.processElement2("life two", 0);
      PolicyRef restored = awaitVersion(harness, 1);
      assertEquals(unbroken, restored.sha256());
      assertEquals("life two", restored.lineage());
      assertEquals(4, harness.extractOutputValues().get(0).determined().updates());
      assertEquals(0, permits.availablePermits());
    }
  }

  @Test
  void noLeaseOutlivesItsCheckpointWhateverBecomesOfIt() throws Exception {
    int before = FakeTrainer.OPEN_LEASES.get();
    var harness = harness(1);
    try (harness) {
      harness.open();
      harness.processElement2("life", 0);
      awaitVersion(harness, 0);
      assertEquals(before, FakeTrainer.OPEN_LEASES.get());
      for (long checkpoint = 1; checkpoint <= 3; checkpoint++) {
        beginSnapshot(harness, checkpoint);
      }
      assertEquals(before + 3, FakeTrainer.OPEN_LEASES.get(), "one tensor, leased three times");
      harness.getOperator().notifyCheckpointAborted(1);
      assertEquals(before + 2, FakeTrainer.OPEN_LEASES.get());
      harness.getOperator().notifyCheckpointComplete(2);
      assertEquals(before + 1, FakeTrainer.OPEN_LEASES.get());
    }
    assertEquals(before, FakeTrainer.OPEN_LEASES.get(), "the task has ended before checkpoint 3");
  }

  /** The synchronous part only, as of a checkpoint that is aborted before anything is written. */
  private static void beginSnapshot(
      KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, ?> harness, long checkpoint)
      throws Exception {
    harness
        .getOperator()
        .snapshotState(
            checkpoint,
            checkpoint,
            CheckpointOptions.forCheckpointWithDefaultLocation(),
            new MemCheckpointStreamFactory(1 << 20))
        .cancel();
  }

  private String hashAfterFourUpdates() throws Exception {
    permits.release(4);
    try (var harness = harness(4)) {
      harness.open();
      harness.processElement2("unbroken", 0);
      feed(harness, awaitVersion(harness, 0), 0, 1);
      return awaitVersion(harness, 1).sha256();
    }
  }

  @Test
  void aNewLineageHearsOfTheRestoredVersionsAndTheStoreHasThem() throws Exception {
    permits.release(10);
    OperatorSubtaskState state;
    try (var harness = harness(1)) {
      harness.open();
      harness.processElement2("life one", 0);
      feed(harness, awaitVersion(harness, 0), 0, 1);
      awaitVersion(harness, 1);
      state = harness.snapshot(1, 1);
    }
    deleteNewest();
    try (var harness = harness(1)) {
      harness.initializeState(state);
      harness.open();
      assertTrue(
          versions(harness).isEmpty(), "nothing may be announced before the lineage has a name");
      harness.processElement2("life two", 0);
      PolicyRef restored = awaitVersion(harness, 1);
      assertEquals(
          List.of("life two", "life two"),
          versions(harness).stream().map(PolicyVersion::lineage).toList());
      assertTrue(store.problem(1, restored.sha256()).isEmpty());
      PolicyStore.open(store.uri(1, restored.sha256()), restored.sha256()).close();
    }
  }

  private void deleteNewest() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("v00000001")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A neighbour in the same process, which keeps the learner in its announcement of version 1. */
  private final class Neighbour implements Handover.Listener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final CountDownLatch mayWrite = new CountDownLatch(1);

    @Override
    public void offered(Handover.Offer offer) {
      heard.add("offer " + offer.number());
    }

    @Override
    public void announced(PolicyVersion version) {
      try {
        boolean written = store.problem(version.number(), version.sha256()).isEmpty();
        heard.add(
            "version %d of %s, %s"
                .formatted(version.number(), version.lineage(), written ? "written" : "not yet"));
        mayWrite.await();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void theSameProcessHearsOfAVersionBeforeItIsWrittenAndOthersAfter() throws Exception {
    permits.release(10);
    Neighbour neighbour = new Neighbour();
    handover.follow(neighbour);
    try (var harness = harness(1)) {
      harness.open();
      harness.processElement2("life", 0);
      feed(harness, awaitVersion(harness, 0), 0, 1);
      Mailbox.runUntil(harness, "news of version 1", () -> neighbour.heard.size() == 3);
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertEquals(List.of("offer 0", "offer 1", "version 1 of life, not yet"), neighbour.heard);
      assertEquals(1, versions(harness).size(), "others hear of complete objects only");
      assertTrue(harness.extractOutputValues().isEmpty(), "and so does the ledger");
      neighbour.mayWrite.countDown();
      PolicyRef written = awaitVersion(harness, 1);
      assertTrue(store.problem(1, written.sha256()).isEmpty());
      assertEquals(1, harness.extractOutputValues().size());
    }
  }

  @Test
  void aVersionThatWasHandedOverButNeverWrittenIsMadeAgainFromTheCheckpoint() throws Exception {
    permits.release(10);
    Neighbour neighbour = new Neighbour();
    OperatorSubtaskState state;
    String handedOver;
    handover.follow(neighbour);
    try (var harness = harness(1)) {
      harness.open();
      harness.processElement2("life one", 0);
      PolicyRef base = awaitVersion(harness, 0);
      feed(harness, base, 0, 1);
      Mailbox.runUntil(harness, "news of version 1", () -> neighbour.heard.size() == 3);
      state = harness.snapshot(1, 1);
      assertTrue(harness.extractOutputValues().isEmpty());
      neighbour.mayWrite.countDown();
      handedOver = awaitVersion(harness, 1).sha256();
    }
    deleteNewest();
    int left = permits.availablePermits();
    try (var harness = harness(1)) {
      harness.initializeState(state);
      harness.open();
      harness.processElement2("life two", 0);
      PolicyRef again = awaitVersion(harness, 1);
      assertEquals(handedOver, again.sha256());
      assertTrue(store.problem(1, again.sha256()).isEmpty());
      assertEquals(1, harness.extractOutputValues().size(), "its ledger record comes with it");
      assertEquals(left, permits.availablePermits(), "no update is done twice");
    }
  }

  @Test
  void whatAnUnknownVersionSampledIsNeverTrained() throws Exception {
    permits.release(10);
    try (var harness = harness(1)) {
      harness.open();
      harness.processElement2("life", 0);
      awaitVersion(harness, 0);
      feed(harness, new PolicyRef("dead", 0, "another hash"), 0);
      IllegalStateException refused =
          assertThrows(
              IllegalStateException.class,
              () -> feed(harness, new PolicyRef("dead", 0, "another hash"), 1));
      assertTrue(String.valueOf(refused.getMessage()).contains("another hash"));
    }
  }
}
