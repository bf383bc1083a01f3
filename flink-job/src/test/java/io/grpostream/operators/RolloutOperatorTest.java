package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeFeed;
import io.grpostream.fakes.FakeSampler;
import io.grpostream.fakes.FakeTrainer;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.RolloutInput;
import io.grpostream.records.SampledCompletion;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import io.grpostream.store.PolicyStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollout in Flink's harness: which version samples which block, whose announcements count, what a
 * restore keeps.
 */
class RolloutOperatorTest {
  private static final int G = 3;
  private static final int B = 2;

  @TempDir private Path folder;
  private final FakeFeed feed = new FakeFeed();
  private final AtomicInteger blocksSampled = new AtomicInteger();
  private final Handover handover = new Handover("rollout-" + UUID.randomUUID());

  private OneInputStreamOperatorTestHarness<RolloutInput, SampledCompletion> harness(
      Schedule schedule, int maxStaleness) throws Exception {
    SamplingSettings sampling =
        new SamplingSettings(G, 4, 1, false, 0, 1, 0, 1, List.of(), List.of(), 1);
    RolloutSettings settings =
        new RolloutSettings(schedule, new StalenessGate(maxStaleness, B), sampling);
    return new OneInputStreamOperatorTestHarness<>(
        new RolloutOperator(
            settings,
            seat -> new FakeSampler(blocksSampled),
            new NearFeed(feed, handover),
            handover));
  }

  /** One that is open and lives in lineage "life". */
  private OneInputStreamOperatorTestHarness<RolloutInput, SampledCompletion> living(
      Schedule schedule, int maxStaleness) throws Exception {
    var harness = harness(schedule, maxStaleness);
    harness.open();
    start(harness, "life");
    return harness;
  }

  /** A version whose weights make the fake sampler draw the token {@code value}. */
  private PolicyVersion version(String lineage, long number, int value) throws Exception {
    try (FakeTrainer trainer = trained(value);
        TensorSource weights = trainer.weights()) {
      PolicyVersion version = unwritten(trainer, lineage, number);
      store().write(number, version.sha256(), weights);
      return version;
    }
  }

  /** A version that is nowhere but in the trainer. */
  private PolicyVersion unwritten(FakeTrainer trainer, String lineage, long number)
      throws Exception {
    try (TensorSource weights = trainer.weights()) {
      String sha256 = PolicyHash.sha256(weights);
      return new PolicyVersion(
          "run", lineage, number, sha256, "", store().uri(number, sha256), number * B);
    }
  }

  private PolicyStore store() {
    return new PolicyStore(folder.toUri().toString(), "run");
  }

  private static FakeTrainer trained(int value) throws Exception {
    FakeTrainer trainer = new FakeTrainer(new Semaphore(1));
    TrainingCompletion completion =
        new TrainingCompletion(new int[] {1}, new float[] {0}, value, false);
    trainer.update(
        List.of(new TrainingGroup(new int[] {1}, List.of(completion))), () -> false, metrics -> {});
    return trainer;
  }

  private static void start(
      OneInputStreamOperatorTestHarness<RolloutInput, ?> harness, String lineage) throws Exception {
    harness.processElement(new RolloutInput(0, lineage, null), 0);
  }

  private static void send(
      OneInputStreamOperatorTestHarness<RolloutInput, ?> harness, PromptBlock block)
      throws Exception {
    harness.processElement(new RolloutInput(0, "life", block), 0);
  }

  private static List<Integer> awaitTokens(
      OneInputStreamOperatorTestHarness<RolloutInput, SampledCompletion> harness, int completions)
      throws Exception {
    Mailbox.runUntil(
        harness,
        completions + " completions",
        () -> harness.extractOutputValues().size() >= completions);
    return harness.extractOutputValues().stream()
        .map(sampled -> sampled.completion().ids()[0])
        .distinct()
        .toList();
  }

  @Test
  void inLockstepABlockWaitsForExactlyItsVersion() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0)) {
      send(harness, TestRecords.block(1, B));
      feed.announce(version("life", 0, 10));
      Mailbox.runFor(harness, Duration.ofMillis(100));
      assertTrue(
          harness.extractOutputValues().isEmpty(),
          "batch 1 samples with version 1, not with version 0");
      feed.announce(version("life", 1, 11));
      assertEquals(List.of(11), awaitTokens(harness, B * G));
      SampledCompletion last = harness.extractOutputValues().get(B * G - 1);
      assertEquals("3/2", last.completion().text());
      assertEquals(1, last.policy().number());
    }
  }

  @Test
  void withStalenessOneABatchSamplesWithTheVersionBefore() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 1)) {
      feed.announce(version("life", 0, 10));
      send(harness, TestRecords.block(0, B));
      send(harness, TestRecords.block(1, B));
      assertEquals(List.of(10), awaitTokens(harness, 2 * B * G));
    }
  }

  @Test
  void liveSamplesWithTheNewestVersion() throws Exception {
    try (var harness = living(Schedule.LIVE, 1)) {
      feed.announce(version("life", 0, 10));
      feed.announce(version("life", 1, 11));
      Mailbox.runFor(harness, Duration.ofMillis(50));
      send(harness, TestRecords.block(0, B));
      assertEquals(List.of(11), awaitTokens(harness, B * G));
    }
  }

  @Test
  void announcementsOfADeadLineageDoNotCountWheneverTheyCome() throws Exception {
    feed.announce(version("dead", 0, 66));
    feed.announce(version("life", 0, 10));
    try (var harness = harness(Schedule.LOCKSTEP, 0)) {
      harness.open();
      Mailbox.runFor(harness, Duration.ofMillis(20));
      start(harness, "life");
      feed.announce(version("dead", 0, 66));
      send(harness, TestRecords.block(0, B));
      assertEquals(List.of(10), awaitTokens(harness, B * G));
    }
  }

  @Test
  void aWaitingBlockIsInTheSnapshotAndIsSampledAfterARestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = living(Schedule.LOCKSTEP, 0)) {
      send(harness, TestRecords.block(0, B));
      state = harness.snapshot(1, 1);
      assertTrue(harness.extractOutputValues().isEmpty());
    }
    feed.announce(version("next life", 0, 10));
    try (var harness = harness(Schedule.LOCKSTEP, 0)) {
      harness.initializeState(state);
      harness.open();
      start(harness, "next life");
      assertEquals(List.of(10), awaitTokens(harness, B * G));
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertEquals(B * G, harness.extractOutputValues().size());
    }
  }

  @Test
  void aVersionHandedOverInMemoryNeedsNoObject() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0);
        FakeTrainer trainer = trained(12)) {
      Handover.Offer offer = handover.offer("life", 0, 0, trainer.offer());
      Mailbox.runFor(harness, Duration.ofMillis(20));
      send(harness, TestRecords.block(0, B));
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertTrue(harness.extractOutputValues().isEmpty(), "an offer has no name to sample under");
      handover.announce(offer, unwritten(trainer, "life", 0));
      assertEquals(List.of(12), awaitTokens(harness, B * G));
    }
  }

  @Test
  void inLockstepABlockIsSampledBeforeItsVersionHasAName() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0);
        FakeTrainer trainer = trained(12)) {
      send(harness, TestRecords.block(1, B));
      handover.offer("life", 0, 0, trainer.offer());
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertEquals(0, blocksSampled.get(), "the offer is of another version");
      Handover.Offer offer = handover.offer("life", 1, B, trainer.offer());
      Mailbox.runUntil(harness, "a block sampled", () -> blocksSampled.get() == 1);
      send(harness, TestRecords.block(2, B));
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertTrue(harness.extractOutputValues().isEmpty());
      PolicyVersion named = unwritten(trainer, "life", 1);
      handover.announce(offer, named);
      assertEquals(List.of(12), awaitTokens(harness, B * G));
      assertEquals(1, blocksSampled.get());
      harness.extractOutputValues().forEach(each -> assertEquals(named.ref(), each.policy()));
    }
  }

  @Test
  void aBlockThatWasSampledWithoutANameIsInTheSnapshot() throws Exception {
    OperatorSubtaskState state;
    try (var harness = living(Schedule.LOCKSTEP, 0);
        FakeTrainer trainer = trained(12)) {
      send(harness, TestRecords.block(0, B));
      handover.offer("life", 0, 0, trainer.offer());
      Mailbox.runUntil(harness, "a block sampled", () -> blocksSampled.get() == 1);
      Mailbox.runFor(harness, Duration.ofMillis(20));
      state = harness.snapshot(1, 1);
    }
    feed.announce(version("next life", 0, 10));
    try (var harness = harness(Schedule.LOCKSTEP, 0)) {
      harness.initializeState(state);
      harness.open();
      start(harness, "next life");
      assertEquals(List.of(10), awaitTokens(harness, B * G));
    }
  }

  @Test
  void liveWaitsForTheName() throws Exception {
    try (var harness = living(Schedule.LIVE, 0);
        FakeTrainer trainer = trained(12)) {
      send(harness, TestRecords.block(0, B));
      handover.offer("life", 0, 0, trainer.offer());
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertEquals(0, blocksSampled.get());
    }
  }

  @Test
  void weightsLoadedAheadAreUsedUnderTheirOwnNameOnly() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0);
        FakeTrainer other = trained(66)) {
      Handover.Offer offer = handover.offer("dead", 0, 0, other.offer());
      Mailbox.runFor(harness, Duration.ofMillis(20));
      handover.announce(offer, unwritten(other, "dead", 0));
      send(harness, TestRecords.block(0, B));
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertTrue(harness.extractOutputValues().isEmpty(), "the offer is a dead lineage's");
      feed.announce(version("life", 0, 10));
      assertEquals(List.of(10), awaitTokens(harness, B * G));
    }
  }

  @Test
  void anOfferThatHasEndedLeavesTheStore() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0)) {
      PolicyVersion written = version("life", 0, 10);
      Handover.Offer ended = handover.offer("life", 0, 0, Optional::empty);
      send(harness, TestRecords.block(0, B));
      Mailbox.runFor(harness, Duration.ofMillis(20));
      assertEquals(0, blocksSampled.get());
      feed.announce(written);
      handover.announce(ended, written);
      assertEquals(List.of(10), awaitTokens(harness, B * G));
    }
  }

  @Test
  void aFeedThatBreaksFailsTheTaskInsteadOfLeavingItWaiting() throws Exception {
    try (var harness = living(Schedule.LOCKSTEP, 0)) {
      send(harness, TestRecords.block(0, B));
      feed.breakWith(new IllegalStateException("no such topic"));
      IllegalStateException failure =
          assertThrows(
              IllegalStateException.class, () -> Mailbox.runFor(harness, Duration.ofMillis(50)));
      assertTrue(String.valueOf(failure.getMessage()).contains("no such topic"));
    }
  }
}
