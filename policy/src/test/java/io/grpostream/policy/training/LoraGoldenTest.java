package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.MergedWeights;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.engine.SequenceLogits;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Adapters that PEFT wrote: logits against PEFT's, unmerged and merged; loss and gradients against
 * TRL's. {@code lora/peft_adapters.py} in the test resources makes the numbers.
 */
class LoraGoldenTest {
  private static final double LOGIT_TOLERANCE = 2e-4;
  private static final double RELATIVE = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void logitsAgreeWithPeft(String model) throws IOException {
    try (AdapterFolder folder = adapters(model);
        AdaptedBase base = base(model, folder);
        SequenceLogits beside = new SequenceLogits(base, folder.weights(), 1);
        MergedWeights merged = new MergedWeights(base, folder.weights(), 1);
        SequenceLogits within = new SequenceLogits(base.config(), merged, 1)) {
      assertEquals(base.config().expectedTensors().keySet(), merged.tensors().keySet());
      try (GoldenTensors expected = GoldenTensors.open(peft(model).resolve("logits.safetensors"))) {
        for (int text = 0; text < 2; text++) {
          int[] ids = expected.ints("input_ids." + text);
          float[] peers = expected.floats("logits." + text);
          assertLogits(peers, beside.logits(ids));
          assertLogits(peers, within.logits(ids));
        }
      }
    }
  }

  private static void assertLogits(float[] expected, float[][] actual) {
    int vocabulary = actual[0].length;
    assertEquals(expected.length, actual.length * vocabulary);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i],
          actual[i / vocabulary][i % vocabulary],
          LOGIT_TOLERANCE,
          "position " + i / vocabulary);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void lossesAndGradientsAgreeWithTrl(String model) throws IOException, StoppedException {
    JsonNode cases = new ObjectMapper().readTree(peft(model).resolve("losses.json").toFile());
    Torch.enter(1);
    try (AdapterFolder folder = adapters(model);
        AdaptedBase base = base(model, folder);
        GoldenTensors tensors = GoldenTensors.open(peft(model).resolve("tensors.safetensors"))) {
      NativeTensor[] trained = WeightReader.read(base.layout(), folder.weights(), "");
      PolicyWeights weights = new PolicyWeights(base.weights().slots(), trained);
      for (int number = 0; number < cases.size(); number++) {
        for (int maxTokens : new int[] {100_000, 1}) {
          check(new Case(base, weights, cases.get(number), number + "."), tensors, maxTokens);
        }
      }
      NativeTensor.closeAll(trained);
    }
  }

  /** A loss of losses.json; its tensors' names begin with the prefix. */
  private record Case(AdaptedBase base, PolicyWeights weights, JsonNode expected, String prefix) {}

  private static void check(Case one, GoldenTensors tensors, int maxTokens)
      throws IOException, StoppedException {
    ObjectiveSettings objective = objective(one.expected().get("config"));
    UpdateStatistics statistics = new UpdateStatistics(objective);
    PolicyWeights reference = new PolicyWeights(one.weights().frozen(), new NativeTensor[0]);
    try (LearnerProgram program =
        new LearnerProgram(one.base().config(), one.base().lora(), objective, Precision.FP32)) {
      MicroBatchPasses passes =
          new MicroBatchPasses(
              program,
              objective,
              one.base().config().vocabSize(),
              maxTokens,
              (batch, stop) -> program.measure(reference, batch, stop).logprobs());
      Minibatch minibatch = Minibatch.of(batch(one, tensors).groups(), objective);
      NativeTensor[] ours =
          passes.gradients(one.weights(), minibatch, statistics, StopSignal.NEVER);
      double norm = program.gradientNorm(ours);
      assertRelative(one.expected().get("loss"), statistics.metrics(norm, 0, true).loss());
      assertRelative(one.expected().get("grad_norm"), norm);
      assertEquals(one.base().layout().slots().size(), ours.length);
      for (int slot = 0; slot < ours.length; slot++) {
        String name = one.base().layout().slots().get(slot).parts().get(0).name();
        assertClose(tensors.floats(one.prefix() + name), ours[slot].floats(), name);
      }
      NativeTensor.closeAll(ours);
    }
  }

  private static GoldenBatch batch(Case one, GoldenTensors tensors) throws IOException {
    try (GoldenTensors inputs =
        GoldenTensors.open(Golden.shipped().resolve("grpo_inputs.safetensors"))) {
      return GoldenBatch.read(
          inputs,
          "",
          tensors.floats(one.prefix() + "old_per_token_logps"),
          inputs.floats("advantages"));
    }
  }

  private static void assertRelative(JsonNode expected, double actual) {
    assertEquals(expected.asDouble(), actual, RELATIVE * Math.abs(expected.asDouble()));
  }

  private static void assertClose(float[] expected, float[] actual, String name) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= RELATIVE, () -> name + " differs by " + relative);
  }

  private static ObjectiveSettings objective(JsonNode config) {
    return new ObjectiveSettings(
        LossType.valueOf(config.get("loss_type").asText().toUpperCase(Locale.ROOT)),
        Ratio.TOKEN,
        true,
        0.2,
        config.path("epsilon_high").asDouble(0.2),
        Double.POSITIVE_INFINITY,
        config.path("beta").asDouble(0),
        true,
        1,
        0,
        false,
        config.path("temperature").asDouble(1),
        12);
  }

  /** A fresh B is zero: the policy is the base, bit for bit, whatever A is. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void freshAdaptersLeaveTheBaseAlone(String model) throws IOException {
    int[] ids = {5, 273, 260, 302, 271, 286};
    try (AdapterFolder folder = adapters(model);
        AdaptedBase base = base(model, folder);
        FreshAdapters fresh = new FreshAdapters(base.config(), base.lora(), 7);
        FreshAdapters others = new FreshAdapters(base.config(), base.lora(), 8);
        SequenceLogits adapted = new SequenceLogits(base, fresh, 1);
        MergedWeights merged = new MergedWeights(base, others, 1);
        SequenceLogits within = new SequenceLogits(base.config(), merged, 1);
        Checkpoint plain = Checkpoint.open(Golden.shipped().resolve(model));
        SequenceLogits unadapted = new SequenceLogits(base.config(), plain.weights(), 1)) {
      float[][] expected = unadapted.logits(ids);
      assertArrayEquals(expected, adapted.logits(ids));
      assertArrayEquals(expected, within.logits(ids));
    }
  }

  private static AdapterFolder adapters(String model) throws IOException {
    return AdapterFolder.open(peft(model), ModelConfig.read(Golden.shipped().resolve(model)));
  }

  private static AdaptedBase base(String model, AdapterFolder folder) throws IOException {
    Torch.enter(1);
    return AdaptedBase.open(
        Golden.shipped().resolve(model), folder.config().lora(), Compute.fp32(1));
  }

  private static Path peft(String model) {
    try {
      return Path.of(
          Objects.requireNonNull(LoraGoldenTest.class.getResource("/lora/" + model)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
