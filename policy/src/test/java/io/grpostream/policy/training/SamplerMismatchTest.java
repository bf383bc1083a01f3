package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The distance between sampler and learner, by numbers that a person can check. */
class SamplerMismatchTest {
  @Test
  void ratiosOfOneAndThreeCountAsFourFifthsOfTheirTokens() {
    // (1 + 3)² / (2 · (1 + 9)) = 16 / 20.
    SamplerMismatch mismatch = new SamplerMismatch(2, Math.log(3), Math.log(3), 4, 10);
    assertEquals(0.8, mismatch.effectiveSampleSize(), 1e-12);
    assertEquals(Math.log(3) / 2, mismatch.deltaMean(), 1e-12);
  }

  @Test
  void partsAddUpToTheWhole() {
    SamplerMismatch one = new SamplerMismatch(1, 0.5, 0.5, 2, 4);
    SamplerMismatch three = new SamplerMismatch(3, 0.1, 0.05, 3, 3);
    SamplerMismatch both = one.plus(three);
    assertEquals(0.15, both.deltaMean(), 1e-12);
    assertEquals(0.5, both.deltaMax());
    assertEquals(25.0 / (4 * 7), both.effectiveSampleSize(), 1e-12);
    assertEquals(both, three.plus(one).plus(SamplerMismatch.NONE));
  }

  @Test
  void withoutTokensNothingDiffers() {
    assertEquals(0, SamplerMismatch.NONE.deltaMean());
    assertEquals(1, SamplerMismatch.NONE.effectiveSampleSize());
  }

  /** Behavior log-probs moved by ±0.5 in turn have ratios of e^∓0.5. */
  @Test
  void anUpdateMeasuresHowFarBehaviorLogprobsWereMoved() throws IOException, StoppedException {
    int[] moved = new int[2];
    List<TrainingGroup> groups = new ArrayList<>();
    for (TrainingGroup group : TrainerFixture.sampled()) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        float[] behavior = each.behaviorLogprobs().clone();
        for (int t = 0; t < behavior.length; t++) {
          behavior[t] += t % 2 == 0 ? 0.5f : -0.5f;
          moved[t % 2]++;
        }
        members.add(new TrainingCompletion(each.ids(), behavior, each.advantage(), false));
      }
      groups.add(new TrainingGroup(group.promptIds(), members));
    }
    double sum = moved[0] * Math.exp(-0.5) + moved[1] * Math.exp(0.5);
    double squares = moved[0] * Math.exp(-1) + moved[1] * Math.exp(1);
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), 100_000)) {
      SamplerMismatch mismatch = trainer.update(groups, StopSignal.NEVER, applied -> {}).mismatch();
      assertEquals(moved[0] + moved[1], mismatch.tokens());
      assertEquals(0.5, mismatch.deltaMean(), 1e-4);
      assertEquals(0.5, mismatch.deltaMax(), 1e-4);
      assertEquals(sum * sum / (mismatch.tokens() * squares), mismatch.effectiveSampleSize(), 1e-4);
    }
  }
}
