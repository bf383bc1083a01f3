package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.objective.TruncatedImportance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loss, metrics and gradients of one crafted batch under twenty settings, against TRL: two groups
 * of four, unequal lengths, ratios far from 1.
 */
class LossGoldenTest {
  private static final double RELATIVE = 1e-4;
  private static final List<String> COMPARED =
      List.of(
          "model.embed_tokens.weight",
          "model.layers.0.self_attn.q_proj.weight",
          "model.layers.1.input_layernorm.weight",
          "model.layers.2.mlp.down_proj.weight",
          "model.norm.weight");

  private static ModelConfig config;
  private static WeightLayout layout;
  private static NativeTensor[] weights;
  private static GoldenTensors inputs;
  private static GoldenTensors gradients;

  @BeforeAll
  static void open() throws IOException {
    Path model = Golden.dir().resolve("llama");
    Torch.enter(1);
    config = ModelConfig.read(model);
    layout = WeightLayout.of(config);
    try (TensorSource source = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      weights = WeightReader.read(layout, source, "");
    }
    inputs = GoldenTensors.open(Golden.dir().resolve("grpo_inputs.safetensors"));
    gradients = GoldenTensors.open(Golden.dir().resolve("loss_grads.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    NativeTensor.closeAll(weights);
    inputs.close();
    gradients.close();
  }

  static Stream<JsonNode> cases() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(Golden.dir().resolve("losses.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTrl(JsonNode expected) throws IOException, StoppedException {
    ObjectiveSettings objective =
        TrlCase.objective(expected.get("config"), TruncatedImportance.NONE);
    for (int maxTokens : new int[] {100_000, 1}) {
      try (LearnerProgram program = new LearnerProgram(config, objective)) {
        check(expected, objective, program, maxTokens);
      }
    }
  }

  private static void check(
      JsonNode expected, ObjectiveSettings objective, LearnerProgram program, int maxTokens)
      throws IOException, StoppedException {
    GoldenBatch batch =
        GoldenBatch.read(
            inputs, "", inputs.floats("old_per_token_logps"), inputs.floats("advantages"));
    float[] reference = inputs.floats("ref_per_token_logps");
    int[] at = {0};
    MicroBatchPasses passes =
        new MicroBatchPasses(
            program,
            objective,
            config.vocabSize(),
            maxTokens,
            micro -> {
              float[] logprobs = new float[micro.tokens()];
              for (int i = 0; i < logprobs.length; i++) {
                logprobs[i] = reference[batch.places()[at[0]++]];
              }
              return logprobs;
            });
    UpdateStatistics statistics = new UpdateStatistics(objective);
    NativeTensor[] ours =
        passes.gradients(
            PolicyWeights.whole(weights),
            Minibatch.of(batch.groups(), objective),
            statistics,
            StopSignal.NEVER);
    try {
      double norm = program.gradientNorm(ours);
      checkMetrics(expected, objective, statistics.metrics(norm, 0, true));
      for (String name : COMPARED) {
        checkGradient(expected.get("case").asInt() + "." + name, name, ours);
      }
    } finally {
      NativeTensor.closeAll(ours);
    }
  }

  private static void checkMetrics(
      JsonNode expected, ObjectiveSettings objective, UpdateMetrics metrics) {
    assertRelative(expected.get("loss").asDouble(), metrics.loss(), "loss");
    assertRelative(expected.get("grad_norm").asDouble(), metrics.gradNorm(), "gradient norm");
    JsonNode peers = expected.get("metrics");
    assertRelative(peers.get("entropy").asDouble(), metrics.entropy(), "entropy");
    if (peers.has("kl")) {
      assertRelative(peers.get("kl").asDouble(), metrics.kl(), "KL");
    }
    // TRL counts sequences, not tokens, when the ratio is the sequence's.
    if (peers.has("clip_ratio/low_mean") && objective.ratio() == Ratio.TOKEN) {
      double low = peers.get("clip_ratio/low_mean").asDouble();
      double high = peers.get("clip_ratio/high_mean").asDouble();
      assertRelative(low, metrics.clipFractionLow(), "clipped low");
      assertRelative(high, metrics.clipFractionHigh(), "clipped high");
    }
    if (peers.has("cispo_clip_ratio")) {
      double high = peers.get("cispo_clip_ratio").asDouble();
      assertRelative(high, metrics.clipFractionHigh(), "clipped high");
    }
  }

  private static void checkGradient(String golden, String name, NativeTensor[] ours)
      throws IOException {
    double distance = TrlCase.distance(gradients.floats(golden), layout, name, ours);
    assertTrue(distance <= RELATIVE, () -> golden + " differs by " + distance);
  }

  private static void assertRelative(double expected, double actual, String what) {
    assertEquals(expected, actual, RELATIVE * Math.abs(expected), what);
  }
}
