package io.grpostream.policy.training;

import static io.grpostream.policy.training.CraftedBatch.assertRelative;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.objective.TruncatedImportance;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loss, metrics and gradients of the crafted batch under twenty settings, against TRL. */
class LossGoldenTest {
  private static final List<String> COMPARED =
      List.of(
          "model.embed_tokens.weight",
          "model.layers.0.self_attn.q_proj.weight",
          "model.layers.1.input_layernorm.weight",
          "model.layers.2.mlp.down_proj.weight",
          "model.norm.weight");

  private static CraftedBatch crafted;
  private static GoldenTensors gradients;

  @BeforeAll
  static void open() throws IOException {
    crafted = CraftedBatch.open(Golden.dir());
    gradients = GoldenTensors.open(Golden.dir().resolve("loss_grads.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    crafted.close();
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
      try (CraftedBatch.Pass pass = crafted.compute(crafted.batch(), objective, maxTokens)) {
        checkMetrics(expected, objective, pass.metrics());
        for (String name : COMPARED) {
          pass.assertGradient(gradients.floats(expected.get("case").asInt() + "." + name), name);
        }
      }
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
}
