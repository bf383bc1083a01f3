package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.TrainingBatch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One crafted batch on the small llama, and what the learner computes on it under an objective, to
 * compare with TRL: groups of unequal lengths, ratios far from 1.
 */
final class CraftedBatch implements AutoCloseable {
  private static final double RELATIVE = 1e-4;
  private static final double LOSS_ROUNDING = 1e-6;

  private final ModelConfig config;
  private final WeightLayout layout;
  private final NativeTensor[] weights;
  private final GoldenTensors inputs;

  private CraftedBatch(
      ModelConfig config, WeightLayout layout, NativeTensor[] weights, GoldenTensors inputs) {
    this.config = config;
    this.layout = layout;
    this.weights = weights;
    this.inputs = inputs;
  }

  /** Opens the one in a folder of golden numbers. */
  static CraftedBatch open(Path golden) throws IOException {
    Path model = golden.resolve("llama");
    Torch.enter(1);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      WeightLayout layout = WeightLayout.of(checkpoint.config());
      return new CraftedBatch(
          checkpoint.config(),
          layout,
          WeightReader.read(layout, checkpoint.weights(), ""),
          GoldenTensors.open(golden.resolve("grpo_inputs.safetensors")));
    }
  }

  /** The batch with its behavior log-probs and advantages. */
  GoldenBatch batch() throws IOException {
    return GoldenBatch.read(
        inputs, "", inputs.floats("old_per_token_logps"), inputs.floats("advantages"));
  }

  /** What came of one pass over the batch. */
  record Pass(UpdateMetrics metrics, WeightLayout layout, NativeTensor[] gradients)
      implements AutoCloseable {
    void assertGradient(float[] trl, String name) {
      double distance = TrlCase.distance(trl, layout, name, gradients);
      assertTrue(distance <= RELATIVE, () -> name + " differs by " + distance);
    }

    @Override
    public void close() {
      NativeTensor.closeAll(gradients);
    }
  }

  /**
   * Computes loss, metrics and gradients.
   *
   * @param maxTokens of a micro-batch
   */
  Pass compute(GoldenBatch batch, ObjectiveSettings objective, int maxTokens)
      throws IOException, StoppedException {
    try (LearnerProgram program = new LearnerProgram(config, objective)) {
      UpdateStatistics statistics = new UpdateStatistics(objective);
      float[] reference = inputs.floats("ref_per_token_logps");
      int[] at = {0};
      MicroBatchPasses passes =
          new MicroBatchPasses(
              program,
              objective,
              config.vocabSize(),
              maxTokens,
              (micro, stop) -> {
                float[] logprobs = new float[micro.tokens()];
                for (int i = 0; i < logprobs.length; i++) {
                  logprobs[i] = reference[batch.places()[at[0]++]];
                }
                return logprobs;
              });
      NativeTensor[] gradients =
          passes.gradients(
              PolicyWeights.whole(weights),
              Minibatch.of(batch.groups(), objective),
              statistics,
              StopSignal.NEVER);
      double norm = program.gradientNorm(gradients);
      return new Pass(statistics.metrics(norm, 0, true), layout, gradients);
    }
  }

  /** Forward only: what the batch's tokens measure. */
  TokenMeasures measure(ObjectiveSettings objective) throws IOException, StoppedException {
    List<Minibatch.Group> groups = Minibatch.of(batch().groups(), objective).groups();
    try (LearnerProgram program = new LearnerProgram(config, objective);
        TrainingBatch whole = BatchBuilder.build(groups, config.vocabSize(), 0)) {
      return program.measure(PolicyWeights.whole(weights), whole, StopSignal.NEVER);
    }
  }

  /** A loss near 0 is what rounding has left of terms of order 1. */
  static void assertLoss(double trl, double ours) {
    assertEquals(trl, ours, Math.max(RELATIVE * Math.abs(trl), LOSS_ROUNDING), "loss");
  }

  static void assertRelative(double trl, double ours, String what) {
    assertEquals(trl, ours, RELATIVE * Math.abs(trl), what);
  }

  @Override
  public void close() throws IOException {
    NativeTensor.closeAll(weights);
    inputs.close();
  }
}
