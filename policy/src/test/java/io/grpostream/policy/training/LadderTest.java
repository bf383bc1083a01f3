package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rungs from −A · log p to a clipped ratio, by hand: behavior log-probs are the learner's own,
 * shifted so that every ratio is the same known number.
 */
class LadderTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private ModelConfig config;
  private NativeTensor[] weights;
  private List<TrainingGroup> groups;
  private float[] own;

  @BeforeEach
  void open() throws IOException, StoppedException {
    Torch.enter(1);
    config = ModelConfig.read(TrainerFixture.MODEL);
    try (TensorSource base = TrainerFixture.base()) {
      weights = WeightReader.read(WeightLayout.of(config), base, "");
    }
    groups = TrainerFixture.sampled();
    ObjectiveSettings grpo = ObjectiveSettings.grpo();
    try (LearnerProgram program = new LearnerProgram(config, grpo)) {
      own =
          passes(program, grpo)
              .logprobs(PolicyWeights.whole(weights), Minibatch.whole(groups), StopSignal.NEVER);
    }
  }

  @AfterEach
  void close() {
    NativeTensor.closeAll(weights);
  }

  /** With one ratio r and one advantage A for all tokens, the loss is that of a token. */
  @ParameterizedTest
  @CsvSource({
    // ratio,   clip,  delta, r,   A,  loss
    "TOKEN,    true,  0,   1.5,  1, -1.2",
    "TOKEN,    false, 0,   1.5,  1, -1.5",
    "TOKEN,    true,  0,   0.5,  1, -0.5",
    "TOKEN,    true,  0,   0.5, -1,  0.8",
    "TOKEN,    false, 0,   0.5, -1,  0.5",
    "TOKEN,    true,  0,   3,   -1,  3",
    "TOKEN,    true,  1.6, 3,   -1,  1.6",
    "TOKEN,    false, 1.6, 3,   -1,  1.6",
    "SEQUENCE, true,  0,   1.5,  2, -2.4",
    "SEQUENCE, false, 0,   1.5,  2, -3",
    "SEQUENCE, true,  0,   0.5, -2,  1.6",
  })
  void aTokensLossIsAsByHand(
      Ratio ratio, boolean clip, double delta, double r, double advantage, double loss)
      throws StoppedException {
    ObjectiveSettings settings =
        settings(LossType.GRPO, ratio, clip, delta == 0 ? INFINITE : delta);
    UpdateStatistics statistics = new UpdateStatistics(settings);
    NativeTensor.closeAll(gradients(settings, shifted(r, advantage), statistics));
    UpdateMetrics metrics = statistics.metrics(0, 0, true);
    assertEquals(loss, metrics.loss(), 1e-5);
    assertEquals(r, metrics.ratioMean(), 1e-5);
  }

  @Test
  void withoutARatioTheLossIsAdvantageTimesLogprob() throws StoppedException {
    ObjectiveSettings settings = settings(LossType.BNPO, Ratio.NONE, true, INFINITE);
    UpdateStatistics statistics = new UpdateStatistics(settings);
    NativeTensor.closeAll(gradients(settings, shifted(3, 2), statistics));
    double mean = 0;
    for (float logprob : own) {
      mean += logprob / own.length;
    }
    assertEquals(-2 * mean, statistics.metrics(0, 0, true).loss(), 1e-4);
  }

  /** At equal versions the three rungs, clipped or not, give the same gradient. */
  @ParameterizedTest
  @EnumSource(
      value = LossType.class,
      names = {"GRPO", "BNPO", "DR_GRPO", "DAPO", "LUSPO"})
  void atEqualVersionsTheRungsAgree(LossType type) throws StoppedException {
    List<TrainingGroup> equal = shifted(1, Double.NaN);
    ObjectiveSettings lowest = settings(type, Ratio.NONE, false, INFINITE);
    NativeTensor[] expected = gradients(lowest, equal, new UpdateStatistics(lowest));
    for (boolean clip : new boolean[] {true, false}) {
      ObjectiveSettings token = settings(type, Ratio.TOKEN, clip, INFINITE);
      NativeTensor[] actual = gradients(token, equal, new UpdateStatistics(token));
      double distance = distance(expected, actual);
      assertTrue(distance < 1e-6, "clip " + clip + ": relative difference " + distance);
      NativeTensor.closeAll(actual);
    }
    NativeTensor.closeAll(expected);
  }

  /** Own log-probs shifted to this ratio; an advantage that is no number leaves each its own. */
  private List<TrainingGroup> shifted(double ratio, double advantage) {
    List<TrainingGroup> shifted = new ArrayList<>();
    int at = 0;
    for (TrainingGroup group : groups) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        float[] behavior = Arrays.copyOfRange(own, at, at + each.ids().length);
        at += behavior.length;
        for (int t = 0; t < behavior.length; t++) {
          behavior[t] -= (float) Math.log(ratio);
        }
        double a = Double.isNaN(advantage) ? each.advantage() : advantage;
        members.add(new TrainingCompletion(each.ids(), behavior, a, false));
      }
      shifted.add(new TrainingGroup(group.promptIds(), members));
    }
    return shifted;
  }

  private NativeTensor[] gradients(
      ObjectiveSettings settings, List<TrainingGroup> batch, UpdateStatistics into)
      throws StoppedException {
    try (LearnerProgram program = new LearnerProgram(config, settings)) {
      return passes(program, settings)
          .gradients(
              PolicyWeights.whole(weights), Minibatch.of(batch, settings), into, StopSignal.NEVER);
    }
  }

  private MicroBatchPasses passes(LearnerProgram program, ObjectiveSettings settings) {
    return new MicroBatchPasses(
        program, settings, config.vocabSize(), 100_000, (batch, stop) -> new float[batch.tokens()]);
  }

  private static double distance(NativeTensor[] expected, NativeTensor[] actual) {
    double difference = 0;
    double norm = 0;
    for (int slot = 0; slot < expected.length; slot++) {
      float[] one = expected[slot].floats();
      float[] other = actual[slot].floats();
      for (int i = 0; i < one.length; i++) {
        difference += Math.pow(one[i] - other[i], 2);
        norm += Math.pow(one[i], 2);
      }
    }
    return Math.sqrt(difference / norm);
  }

  private static ObjectiveSettings settings(
      LossType type, Ratio ratio, boolean clip, double delta) {
    return new ObjectiveSettings(type, ratio, clip, 0.2, 0.2, delta, 0, false, 1, 0, false, 1, 16);
  }
}
