package io.grpostream.policy.training;

import static io.grpostream.policy.training.CraftedBatch.assertRelative;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.TruncatedImportance;
import io.grpostream.policy.objective.TruncatedImportance.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Truncated importance sampling against TRL: the {@link CraftedBatch}, with log-probs at the
 * batch's start that differ from the behavior log-probs and from the current ones. The numbers are
 * those of correction_cases.py, beside them.
 */
class CorrectionGoldenTest {
  private static final List<String> COMPARED =
      List.of("model.layers.0.self_attn.q_proj.weight", "model.norm.weight");

  private static CraftedBatch crafted;
  private static GoldenTensors expected;

  private static Path folder() {
    return Golden.shipped().resolveSibling("correction");
  }

  @BeforeAll
  static void open() throws IOException {
    crafted = CraftedBatch.open(Golden.shipped());
    expected = GoldenTensors.open(folder().resolve("correction.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    crafted.close();
    expected.close();
  }

  static Stream<JsonNode> cases() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(folder().resolve("correction.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTrl(JsonNode trl) throws IOException, StoppedException {
    Level level = Level.valueOf(trl.get("level").asText().toUpperCase(Locale.ROOT));
    ObjectiveSettings objective =
        TrlCase.objective(
            trl.get("config"),
            batch().width(),
            new TruncatedImportance(level, trl.get("cap").asDouble()));
    for (int maxTokens : new int[] {100_000, 1}) {
      try (CraftedBatch.Pass pass = crafted.compute(batch(), objective, maxTokens)) {
        assertRelative(trl.get("loss").asDouble(), pass.metrics().loss(), "loss");
        assertRelative(trl.get("grad_norm").asDouble(), pass.metrics().gradNorm(), "gradient norm");
        for (String name : COMPARED) {
          pass.assertGradient(expected.floats(trl.get("case").asInt() + "." + name), name);
        }
      }
    }
  }

  private static GoldenBatch batch() throws IOException {
    GoldenBatch batch = crafted.batch();
    float[] start = batch.pick(expected.floats("start_per_token_logps"));
    return new GoldenBatch(
        TrainingGroup.startingFrom(batch.groups(), start), batch.places(), batch.width());
  }

  /** The trainer's own start log-probs are what an update then measures ratios of 1 against. */
  @Test
  void startLogprobsAreTheLearnersOwn() throws IOException, StoppedException {
    ObjectiveSettings objective =
        correcting(new TruncatedImportance(Level.TOKEN, Double.POSITIVE_INFINITY));
    List<TrainingGroup> batch = batch().groups();
    for (int maxTokens : new int[] {100_000, 1}) {
      try (TorchTrainer trainer = TrainerFixture.trainer(objective, maxTokens)) {
        float[] start = trainer.startLogprobs(batch, StopSignal.NEVER);
        UpdateMetrics metrics =
            trainer.update(
                TrainingGroup.startingFrom(batch, start), StopSignal.NEVER, applied -> {});
        assertEquals(1, metrics.ratioMean(), 1e-5);
        assertTrue(metrics.mismatch().deltaMean() > 0.01);
      }
    }
  }

  @Test
  void withoutCorrectionThereAreNoStartLogprobs() throws IOException, StoppedException {
    try (TorchTrainer trainer = TrainerFixture.trainer(ObjectiveSettings.grpo(), 100_000)) {
      float[] start = trainer.startLogprobs(batch().groups(), StopSignal.NEVER);
      assertArrayEquals(new float[0], start);
    }
  }

  private static ObjectiveSettings correcting(TruncatedImportance how) {
    return TrlCase.objective(
        new ObjectMapper().createObjectNode().put("loss_type", "grpo"), 0, how);
  }
}
