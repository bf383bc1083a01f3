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
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.training.OptimizerSettings.Schedule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whole updates by the trainer against those that TRL and torch.optim.AdamW made. */
class TrainerGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Three steps on one batch with DAPO's weights: warm-up, clipping at 0.5, weights after each. */
  @Test
  void adamwAgreesWithTorch() throws IOException, StoppedException {
    JsonNode expected = JSON.readTree(Golden.dir().resolve("adamw.json").toFile());
    OptimizerSettings optimizer =
        new OptimizerSettings(
            1e-3,
            Schedule.CONSTANT,
            2,
            0,
            expected.get("betas").get(0).asDouble(),
            expected.get("betas").get(1).asDouble(),
            expected.get("eps").asDouble(),
            expected.get("weight_decay").asDouble(),
            expected.get("max_grad_norm").asDouble());
    try (GoldenTensors inputs = open("grpo_inputs");
        GoldenTensors after = open("adamw");
        TorchTrainer trainer = trainer(dapo(), optimizer)) {
      GoldenBatch batch =
          GoldenBatch.read(
              inputs, "", inputs.floats("old_per_token_logps"), inputs.floats("advantages"));
      for (JsonNode step : expected.get("steps")) {
        UpdateMetrics metrics = trainer.update(batch.groups(), StopSignal.NEVER, m -> {});
        assertRelative(step.get("loss"), metrics.loss(), 1e-4);
        assertRelative(step.get("grad_norm"), metrics.gradNorm(), 1e-4);
        assertEquals(step.get("lr").asDouble(), metrics.learningRate(), 1e-12);
        String prefix = step.get("step").asInt() + ".";
        try (TensorSource weights = trainer.weights()) {
          for (String name : after.file().tensors().keySet()) {
            if (name.startsWith(prefix)) {
              // The peer's optimizer decayed the norms too; ours, as TRL's trainer, does not.
              double tolerance = name.endsWith("norm.weight") ? 5e-5 : 1e-6;
              checkTensor(after, name, weights, name.substring(prefix.length()), tolerance);
            }
          }
        }
      }
    }
  }

  /**
   * Twenty updates (ten batches, each used twice): losses, gradient norms, the weights at the end.
   */
  @Test
  void trajectoryAgreesWithTrl() throws IOException, StoppedException {
    Path folder = Golden.dir().resolve("trajectory");
    JsonNode expected = JSON.readTree(folder.resolve("trajectory.json").toFile());
    OptimizerSettings optimizer =
        new OptimizerSettings(2e-3, Schedule.CONSTANT, 0, 0, 0.9, 0.999, 1e-8, 0.01, 1.0);
    try (GoldenTensors inputs = GoldenTensors.open(folder.resolve("inputs.safetensors"));
        GoldenTensors end = GoldenTensors.open(folder.resolve("final.safetensors"));
        TorchTrainer trainer = trainer(ObjectiveSettings.grpo(), optimizer)) {
      for (JsonNode update : expected.get("updates")) {
        String prefix = update.get("update").asInt() + ".";
        GoldenBatch batch =
            GoldenBatch.read(
                inputs,
                prefix,
                inputs.floats(prefix + "old_per_token_logps"),
                inputs.floats(prefix + "advantages"));
        UpdateMetrics metrics = trainer.update(batch.groups(), StopSignal.NEVER, m -> {});
        assertEquals(update.get("loss").asDouble(), metrics.loss(), 1e-3);
        assertRelative(update.get("grad_norm"), metrics.gradNorm(), 1e-3);
      }
      try (TensorSource weights = trainer.weights()) {
        assertEquals(end.file().tensors().keySet(), weights.tensors().keySet());
        for (String name : weights.tensors().keySet()) {
          checkTensor(end, name, weights, name, 1e-3);
        }
      }
    }
  }

  private static void checkTensor(
      GoldenTensors golden, String expectedName, TensorSource ours, String name, double tolerance)
      throws IOException {
    float[] expected = golden.floats(expectedName);
    ByteBuffer bytes =
        ByteBuffer.allocate(expected.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ours.read(name, 0, bytes);
    bytes.flip();
    double difference = 0;
    double norm = 0;
    for (float value : expected) {
      difference += Math.pow(value - bytes.getFloat(), 2);
      norm += Math.pow(value, 2);
    }
    double relative = Math.sqrt(difference / norm);
    assertTrue(relative <= tolerance, () -> expectedName + " differs by " + relative);
  }

  private static void assertRelative(JsonNode expected, double actual, double tolerance) {
    double value = Objects.requireNonNull(expected).asDouble();
    assertEquals(value, actual, tolerance * Math.abs(value));
  }

  private static GoldenTensors open(String name) {
    return GoldenTensors.open(Golden.dir().resolve(name + ".safetensors"));
  }

  private static TorchTrainer trainer(ObjectiveSettings objective, OptimizerSettings optimizer)
      throws IOException {
    Path model = Golden.dir().resolve("llama");
    try (TensorSource base = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      return new TorchTrainer(ModelConfig.read(model), base, objective, optimizer, 100_000, 1);
    }
  }

  private static ObjectiveSettings dapo() {
    return new ObjectiveSettings(
        LossType.DAPO,
        Ratio.TOKEN,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0,
        false,
        1,
        0,
        false,
        1,
        0);
  }
}
