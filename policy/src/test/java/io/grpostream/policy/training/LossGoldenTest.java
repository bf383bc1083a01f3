package io.grpostream.policy.training;

import static io.grpostream.policy.training.CraftedBatch.assertLoss;
import static io.grpostream.policy.training.CraftedBatch.assertRelative;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.TruncatedImportance;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loss, metrics and gradients of the crafted batch under TRL's settings, against TRL. */
class LossGoldenTest {
  private static final float TOKEN_TOLERANCE = 1e-4f;

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
    return Golden.list("losses.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTrl(JsonNode expected) throws IOException, StoppedException {
    String prefix = expected.get("case").asInt() + ".";
    List<String> compared =
        gradients.file().tensors().keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .toList();
    assertFalse(compared.isEmpty(), "no gradients");
    for (int maxTokens : new int[] {100_000, 1}) {
      try (CraftedBatch.Pass pass =
          crafted.compute(crafted.batch(), objective(expected), maxTokens)) {
        checkMetrics(expected, pass.metrics());
        for (String name : compared) {
          pass.assertGradient(gradients.floats(name), name.substring(prefix.length()));
        }
      }
    }
  }

  /** The first case's log-probs and entropies, token by token. */
  @Test
  void tokensAgreeWithTrl() throws IOException, StoppedException {
    TokenMeasures ours = crafted.measure(objective(cases().findFirst().orElseThrow()));
    try (GoldenTensors peers =
        GoldenTensors.open(Golden.dir().resolve("grpo_tokens.safetensors"))) {
      GoldenBatch batch = crafted.batch();
      assertArrayEquals(batch.pick(peers.floats("logps")), ours.logprobs(), TOKEN_TOLERANCE);
      assertArrayEquals(batch.pick(peers.floats("entropies")), ours.entropies(), TOKEN_TOLERANCE);
    }
  }

  private static ObjectiveSettings objective(JsonNode trl) throws IOException {
    return TrlCase.objective(trl.get("config"), crafted.batch().width(), TruncatedImportance.NONE);
  }

  private static void checkMetrics(JsonNode expected, UpdateMetrics metrics) {
    assertLoss(expected.get("loss").asDouble(), metrics.loss());
    assertRelative(expected.get("grad_norm").asDouble(), metrics.gradNorm(), "gradient norm");
    JsonNode peers = expected.get("metrics");
    assertRelative(peers.get("entropy").asDouble(), metrics.entropy(), "entropy");
    if (peers.has("kl")) {
      assertRelative(peers.get("kl").asDouble(), metrics.kl(), "KL");
    }
    if (peers.has("clip_ratio/low_mean")) {
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
