package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.TrainingBatch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Measuring and training see the same numbers. A token whose entropy is the threshold itself must
 * train, and the threshold comes from measuring.
 */
class MeasureTest {
  @ParameterizedTest
  @EnumSource(Precision.class)
  void measuringGivesTheBitsOfTraining(Precision precision) throws IOException, StoppedException {
    Torch.enter(1);
    ModelConfig config = ModelConfig.read(TrainerFixture.MODEL);
    NativeTensor[] weights;
    try (TensorSource base = TrainerFixture.base()) {
      weights = WeightReader.read(WeightLayout.of(config), base, "");
    }
    Minibatch minibatch = Minibatch.whole(TrainerFixture.sampled());
    PolicyWeights policy = PolicyWeights.whole(weights);
    try (LearnerProgram program =
            new LearnerProgram(config, Lora.NONE, ObjectiveSettings.grpo(), precision);
        TrainingBatch batch =
            BatchBuilder.build(minibatch.split(Integer.MAX_VALUE).get(0), config.vocabSize(), 0)) {
      TokenMeasures measured = program.measure(policy, batch, StopSignal.NEVER);
      LearnerProgram.Pass trained =
          program.gradients(
              policy, new NativeTensor[0], batch, Double.NEGATIVE_INFINITY, StopSignal.NEVER);
      NativeTensor.closeAll(trained.gradients());
      assertArrayEquals(trained.measures().logprobs(), measured.logprobs());
      assertArrayEquals(trained.measures().entropies(), measured.entropies());
    } finally {
      NativeTensor.closeAll(weights);
    }
  }
}
