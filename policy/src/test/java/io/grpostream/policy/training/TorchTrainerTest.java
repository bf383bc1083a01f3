package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the trainer promises beside the numbers: versions, metrics, steps, restore, stop. */
class TorchTrainerTest {
  private static final int WHOLE = 100_000;

  @Test
  void ratiosAreOneAtEqualVersions() throws IOException, StoppedException {
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE)) {
      UpdateMetrics metrics =
          trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      assertEquals(1.0, metrics.ratioMean(), 1e-5);
      double largest = metrics.mismatch().deltaMax();
      assertTrue(largest < 2e-5, "delta " + largest);
      assertEquals(1, metrics.mismatch().effectiveSampleSize(), 1e-6);
      assertEquals(0, metrics.clipFractionLow() + metrics.clipFractionHigh());
      assertTrue(metrics.stepped());
      long tokens =
          TrainerFixture.sampled().stream()
              .flatMap(group -> group.completions().stream())
              .mapToInt(completion -> completion.ids().length)
              .sum();
      assertEquals(tokens, metrics.tokens());
    }
  }

  @Test
  void withoutAGradientNothingSteps() throws IOException, StoppedException {
    List<TrainingGroup> flat = new ArrayList<>();
    for (TrainingGroup group : TrainerFixture.sampled()) {
      flat.add(
          new TrainingGroup(
              group.promptIds(),
              group.completions().stream()
                  .map(c -> new TrainingCompletion(c.ids(), c.behaviorLogprobs(), 0, false))
                  .toList()));
    }
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE)) {
      Map<String, ByteBuffer> before = state(trainer);
      List<UpdateMetrics> applied = new ArrayList<>();
      UpdateMetrics metrics = trainer.update(flat, StopSignal.NEVER, applied::add);
      assertFalse(metrics.stepped());
      assertEquals(List.of(metrics), applied);
      assertEquals(0, metrics.loss());
      assertTrue(metrics.entropy() > 1);
      assertEquals(0, trainer.optimizerSteps());
      assertEquals(before, state(trainer));
    }
  }

  @Test
  void maskedCompletionsDoNotTrainButCount() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    TrainingCompletion first = groups.get(0).completions().get(0);
    List<TrainingCompletion> members = new ArrayList<>(groups.get(0).completions());
    members.set(
        0, new TrainingCompletion(first.ids(), first.behaviorLogprobs(), first.advantage(), true));
    groups.set(0, new TrainingGroup(groups.get(0).promptIds(), members));
    ObjectiveSettings masking = settings(LossType.GRPO, 0, true);
    try (TorchTrainer all = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE);
        TorchTrainer masked = TrainerFixture.trainer(masking, WHOLE)) {
      UpdateMetrics with = all.update(groups, StopSignal.NEVER, applied -> {});
      UpdateMetrics without = masked.update(groups, StopSignal.NEVER, applied -> {});
      assertEquals(with.tokens() - first.ids().length, without.tokens());
      // At equal versions each token's loss is −A, so this completion's share of the mean is −A /
      // 9.
      assertEquals(with.loss(), without.loss() - first.advantage() / 9, 1e-5);
    }
  }

  @Test
  void klIsMeasuredFromTheStartAndGrows() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    try (TorchTrainer trainer =
        TrainerFixture.trainer(settings(LossType.GRPO, 0.1, false), WHOLE)) {
      assertEquals(0, trainer.update(groups, StopSignal.NEVER, applied -> {}).kl(), 1e-9);
      assertTrue(trainer.update(groups, StopSignal.NEVER, applied -> {}).kl() > 1e-5);
    }
  }

  @Test
  void restoredTrainersGoOnWithTheSameBits() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE);
        TorchTrainer other = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE)) {
      trainer.update(groups, StopSignal.NEVER, applied -> {});
      try (TensorSource saved = new LeasedTensors(trainer.lease(), "")) {
        other.restore(saved, trainer.optimizerSteps());
      }
      assertEquals(state(trainer), state(other));
      trainer.update(groups, StopSignal.NEVER, applied -> {});
      other.update(groups, StopSignal.NEVER, applied -> {});
      assertEquals(state(trainer), state(other));
      assertEquals(2, other.optimizerSteps());
    }
  }

  /**
   * A program's optimizer would round its later runs otherwise than its first; it is switched off
   * for each thread, so the one that loaded the library does not show it.
   */
  @Test
  void theirFirstStepIsAsGoodAsALaterOneOnEveryThread() throws Exception {
    restoredTrainersGoOnWithTheSameBits();
    FutureTask<Void> elsewhere =
        new FutureTask<>(
            () -> {
              restoredTrainersGoOnWithTheSameBits();
              return null;
            });
    Thread thread = new Thread(elsewhere, "another");
    thread.start();
    elsewhere.get(60, TimeUnit.SECONDS);
    thread.join();
  }

  @Test
  void stoppedUpdatesChangeNothing() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    // A micro-batch for each of three groups, of three layers: before each of them forward, before
    // the head and before each backward; at last before the optimizer pass.
    int most = 3 * (3 + 1 + 3) + 1;
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), 1)) {
      Map<String, ByteBuffer> before = state(trainer);
      for (int checks = 0; checks < most; checks++) {
        int[] left = {checks};
        assertThrows(
            StoppedException.class,
            () -> trainer.update(groups, () -> left[0]-- == 0, applied -> {}));
        assertEquals(before, state(trainer));
      }
      int[] left = {most};
      trainer.update(groups, () -> left[0]-- == 0, applied -> {});
      assertNotEquals(before, state(trainer));
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsRefused() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    TrainingGroup group = groups.get(0);
    TrainingCompletion first = group.completions().get(0);
    TrainingCompletion broken =
        new TrainingCompletion(first.ids(), first.behaviorLogprobs(), Double.NaN, false);
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE)) {
      Map<String, ByteBuffer> before = state(trainer);
      assertThrows(
          ArithmeticException.class,
          () ->
              trainer.update(
                  List.of(new TrainingGroup(group.promptIds(), List.of(broken))),
                  StopSignal.NEVER,
                  applied -> {}));
      assertEquals(before, state(trainer));
    }
  }

  private static Map<String, ByteBuffer> state(TorchTrainer trainer) {
    List<TensorLease> leases = trainer.lease();
    try {
      return TrainerFixture.bytes(leases);
    } finally {
      leases.forEach(TensorLease::close);
    }
  }

  private static ObjectiveSettings settings(LossType type, double beta, boolean maskTruncated) {
    return new ObjectiveSettings(
        type,
        Ratio.TOKEN,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        beta,
        false,
        1,
        0,
        maskTruncated,
        1,
        0);
  }
}
