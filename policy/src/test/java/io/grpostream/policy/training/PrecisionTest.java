package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** bf16 is near fp32, and not the same. */
class PrecisionTest {
  private static final int WHOLE = 100_000;
  private static final int[] PROMPT = {273, 260, 302, 271, 286};

  @Test
  void aBf16UpdateIsAnFp32UpdateButForRounding() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    for (int maxTokens : new int[] {WHOLE, 1}) {
      UpdateMetrics fp32 = update(groups, Precision.FP32, maxTokens);
      UpdateMetrics bf16 = update(groups, Precision.BF16, maxTokens);
      assertEquals(fp32.gradNorm(), bf16.gradNorm(), 0.02 * fp32.gradNorm());
      assertEquals(fp32.loss(), bf16.loss(), 0.02);
      double delta = bf16.mismatch().deltaMean();
      assertTrue(delta > 1e-4 && delta < 0.02, "mean |Δ log-prob| " + delta);
    }
  }

  private static UpdateMetrics update(
      List<TrainingGroup> groups, Precision precision, int maxTokens)
      throws IOException, StoppedException {
    try (TensorSource base = TrainerFixture.base();
        TorchTrainer trainer =
            new TorchTrainer(
                ModelConfig.read(TrainerFixture.MODEL),
                base,
                ObjectiveSettings.grpo(),
                TrainerFixture.OPTIMIZER,
                maxTokens,
                new Compute(1, precision))) {
      return trainer.update(groups, StopSignal.NEVER, applied -> {});
    }
  }

  @Test
  void aBf16SamplersLogprobsAreNearTheLearners() throws IOException, StoppedException {
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), WHOLE)) {
      List<TrainingCompletion> members =
          sampled().stream()
              .map(each -> new TrainingCompletion(each.ids(), each.logprobs(), 0, false))
              .toList();
      UpdateMetrics metrics =
          trainer.update(
              List.of(new TrainingGroup(PROMPT, members)), StopSignal.NEVER, applied -> {});
      double delta = metrics.mismatch().deltaMean();
      assertTrue(delta > 1e-4 && delta < 0.02, "mean |Δ log-prob| " + delta);
    }
  }

  @Test
  void aBf16SamplerRepeatsItsBits() throws IOException, StoppedException {
    List<Completion> one = sampled();
    List<Completion> other = sampled();
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).ids(), other.get(i).ids());
      assertArrayEquals(one.get(i).logprobs(), other.get(i).logprobs());
    }
  }

  private static List<Completion> sampled() throws IOException, StoppedException {
    SamplingSettings settings =
        new SamplingSettings(8, 16, 1, false, 0, 1, 0, 1, List.of(), List.of(), 3);
    try (TensorSource weights = TrainerFixture.base();
        TorchSampler sampler =
            new TorchSampler(
                ModelConfig.read(TrainerFixture.MODEL),
                ids -> "",
                new Compute(1, Precision.BF16))) {
      sampler.load(weights);
      return sampler
          .sample(List.of(new PromptTokens(0, PROMPT)), settings, StopSignal.NEVER)
          .get(0);
    }
  }
}
