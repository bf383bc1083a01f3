package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients against finite differences, and that splitting and padding leave them alone. */
class GradientTest {
  private static final int WHOLE = 100_000;

  private ModelConfig config;
  private NativeTensor[] weights;
  private List<TrainingGroup> groups;

  @BeforeEach
  void open() throws IOException, StoppedException {
    Torch.enter(1);
    config = ModelConfig.read(TrainerFixture.MODEL);
    try (TensorSource base = TrainerFixture.base()) {
      weights = WeightReader.read(WeightLayout.of(config), base, "");
    }
    groups = moved(TrainerFixture.sampled());
  }

  @AfterEach
  void close() {
    NativeTensor.closeAll(weights);
  }

  /**
   * Along the gradient g itself the loss must rise by |g|² per unit: one number that is wrong if
   * any part of the backward pass is.
   */
  @ParameterizedTest
  @MethodSource("differentiable")
  void agreesWithFiniteDifferences(LossType type, Ratio ratio) throws StoppedException {
    try (LearnerProgram program = new LearnerProgram(config, settings(type, ratio))) {
      UpdateStatistics here = new UpdateStatistics(settings(type, ratio));
      NativeTensor[] gradients = gradients(program, settings(type, ratio), WHOLE, here);
      double norm = program.gradientNorm(gradients);
      double step = 1e-3 / norm;
      double rise =
          loss(program, type, ratio, gradients, step / norm)
              - loss(program, type, ratio, gradients, -step / norm);
      NativeTensor.closeAll(gradients);
      assertEquals(norm, rise / (2 * step), 0.01 * norm);
    }
  }

  /** CISPO holds its clipped ratio constant: its gradient is not its loss's derivative. */
  static Stream<Arguments> differentiable() {
    return Arrays.stream(LossType.values())
        .flatMap(type -> Arrays.stream(Ratio.values()).map(ratio -> Arguments.of(type, ratio)))
        .filter(each -> each.get()[0] != LossType.CISPO || each.get()[1] == Ratio.NONE);
  }

  /** Eight groups of all shapes in 1, 2 and 8 micro-batches, so that each is padded otherwise. */
  @ParameterizedTest
  @EnumSource(LossType.class)
  void microBatchesAddUpToTheWhole(LossType type) throws StoppedException {
    ObjectiveSettings settings = settings(type, Ratio.TOKEN);
    groups = uneven(8);
    Minibatch minibatch = Minibatch.of(groups, settings);
    try (LearnerProgram program = new LearnerProgram(config, settings)) {
      NativeTensor[] whole = gradients(program, settings, WHOLE, new UpdateStatistics(settings));
      for (int parts : new int[] {2, 8}) {
        int maxTokens =
            IntStream.range(1, WHOLE)
                .filter(most -> minibatch.split(most).size() == parts)
                .findFirst()
                .orElseThrow();
        NativeTensor[] split =
            gradients(program, settings, maxTokens, new UpdateStatistics(settings));
        assertClose(whole, split);
        NativeTensor.closeAll(split);
      }
      NativeTensor.closeAll(whole);
    }
  }

  /** Groups of 2 to 5 completions of up to 20 made-up tokens, of prompts of up to 30. */
  private List<TrainingGroup> uneven(int count) throws StoppedException {
    Random random = new Random(11);
    List<TrainingGroup> all = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (int i = 2 + random.nextInt(4); i > 0; i--) {
        int[] ids = random.ints(1 + random.nextInt(20), 3, config.vocabSize()).toArray();
        members.add(
            new TrainingCompletion(ids, new float[ids.length], random.nextGaussian(), false));
      }
      int[] prompt = random.ints(1 + random.nextInt(30), 3, config.vocabSize()).toArray();
      all.add(new TrainingGroup(prompt, members));
    }
    return moved(withOwnLogprobs(all));
  }

  private List<TrainingGroup> withOwnLogprobs(List<TrainingGroup> all) throws StoppedException {
    ObjectiveSettings settings = settings(LossType.GRPO, Ratio.TOKEN);
    float[] own;
    try (LearnerProgram program = new LearnerProgram(config, settings)) {
      own =
          passes(program, settings, WHOLE)
              .logprobs(PolicyWeights.whole(weights), Minibatch.whole(all), StopSignal.NEVER);
    }
    List<TrainingGroup> owned = new ArrayList<>();
    int at = 0;
    for (TrainingGroup group : all) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        float[] behavior = Arrays.copyOfRange(own, at, at + each.ids().length);
        at += behavior.length;
        members.add(new TrainingCompletion(each.ids(), behavior, each.advantage(), false));
      }
      owned.add(new TrainingGroup(group.promptIds(), members));
    }
    return owned;
  }

  /** Whatever a masked completion's tokens, log-probs and advantage are: not a bit changes. */
  @Test
  void maskedTokensNeverMatter() throws StoppedException {
    ObjectiveSettings settings = masking();
    try (LearnerProgram program = new LearnerProgram(config, settings)) {
      List<TrainingGroup> before = groups;
      groups = withMasked(before, new int[] {7, 8, 9}, -2f, 0.5);
      NativeTensor[] expected = gradients(program, settings, WHOLE, new UpdateStatistics(settings));
      groups = withMasked(before, new int[] {200, 3, 3, 41, 77, 5, 6, 300}, -9f, -30);
      NativeTensor[] actual = gradients(program, settings, WHOLE, new UpdateStatistics(settings));
      for (int slot = 0; slot < expected.length; slot++) {
        assertArrayEquals(expected[slot].floats(), actual[slot].floats());
      }
      NativeTensor.closeAll(expected);
      NativeTensor.closeAll(actual);
    }
  }

  private static List<TrainingGroup> withMasked(
      List<TrainingGroup> groups, int[] ids, float logprob, double advantage) {
    float[] behavior = new float[ids.length];
    Arrays.fill(behavior, logprob);
    List<TrainingGroup> changed = new ArrayList<>();
    for (TrainingGroup group : groups) {
      List<TrainingCompletion> members = new ArrayList<>(group.completions());
      members.add(1, new TrainingCompletion(ids, behavior, advantage, true));
      changed.add(new TrainingGroup(group.promptIds(), members));
    }
    return changed;
  }

  private static ObjectiveSettings masking() {
    return new ObjectiveSettings(
        LossType.GRPO,
        Ratio.TOKEN,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0.05,
        true,
        0.6,
        0.02,
        true,
        0.9,
        16);
  }

  @Test
  void splittingAndPaddingLeaveGradientsAlone() throws StoppedException {
    ObjectiveSettings settings = settings(LossType.GRPO, Ratio.SEQUENCE);
    try (LearnerProgram program = new LearnerProgram(config, settings)) {
      UpdateStatistics whole = new UpdateStatistics(settings);
      NativeTensor[] expected = gradients(program, settings, WHOLE, whole);
      for (int maxTokens : new int[] {1, 60}) {
        UpdateStatistics split = new UpdateStatistics(settings);
        NativeTensor[] actual = gradients(program, settings, maxTokens, split);
        assertClose(expected, actual);
        assertEquals(whole.metrics(0, 0, true).loss(), split.metrics(0, 0, true).loss(), 1e-6);
        NativeTensor.closeAll(actual);
      }
      NativeTensor.closeAll(expected);
    }
  }

  private static void assertClose(NativeTensor[] expected, NativeTensor[] actual) {
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
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative < 1e-6, "relative difference " + relative);
  }

  private double loss(
      LearnerProgram program, LossType type, Ratio ratio, NativeTensor[] direction, double scale)
      throws StoppedException {
    NativeTensor[] here = weights;
    weights = new NativeTensor[here.length];
    for (int slot = 0; slot < here.length; slot++) {
      float[] moved = here[slot].floats();
      float[] along = direction[slot].floats();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) (scale * along[i]);
      }
      weights[slot] = NativeTensor.of(moved, here[slot].shape());
    }
    UpdateStatistics statistics = new UpdateStatistics(settings(type, ratio));
    NativeTensor.closeAll(gradients(program, settings(type, ratio), WHOLE, statistics));
    NativeTensor.closeAll(weights);
    weights = here;
    return statistics.metrics(0, 0, true).loss();
  }

  private NativeTensor[] gradients(
      LearnerProgram program, ObjectiveSettings settings, int maxTokens, UpdateStatistics into)
      throws StoppedException {
    return passes(program, settings, maxTokens)
        .gradients(
            PolicyWeights.whole(weights), Minibatch.of(groups, settings), into, StopSignal.NEVER);
  }

  /** Any fixed reference will do: the log-probs of a flat policy. */
  private MicroBatchPasses passes(
      LearnerProgram program, ObjectiveSettings settings, int maxTokens) {
    return new MicroBatchPasses(
        program,
        settings,
        config.vocabSize(),
        maxTokens,
        (batch, stop) -> {
          float[] flat = new float[batch.tokens()];
          Arrays.fill(flat, (float) -Math.log(config.vocabSize()));
          return flat;
        });
  }

  /** Behavior log-probs a little off, so that ratios are not 1 but inside the clipping bounds. */
  private static List<TrainingGroup> moved(List<TrainingGroup> groups) {
    List<TrainingGroup> moved = new ArrayList<>();
    for (TrainingGroup group : groups) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        float[] behavior = each.behaviorLogprobs().clone();
        for (int t = 0; t < behavior.length; t++) {
          behavior[t] += (float) (0.1 * Math.sin(t + 1.0 + members.size()));
        }
        members.add(new TrainingCompletion(each.ids(), behavior, each.advantage(), false));
      }
      moved.add(new TrainingGroup(group.promptIds(), members));
    }
    return moved;
  }

  private static ObjectiveSettings settings(LossType type, Ratio ratio) {
    return new ObjectiveSettings(
        type,
        ratio,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0.05,
        false,
        1,
        0.02,
        false,
        0.9,
        16);
  }
}
