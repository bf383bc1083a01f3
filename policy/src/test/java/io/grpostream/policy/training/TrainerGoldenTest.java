package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.SequenceLogits;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.TruncatedImportance;
import io.grpostream.policy.training.OptimizerSettings.Schedule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Whole updates by the trainer against those that TRL and torch.optim.AdamW made. */
class TrainerGoldenTest {
  /** Some steps on one batch, with warm-up and clipping: weights after each. */
  @Test
  void adamwAgreesWithTorch() throws IOException, StoppedException {
    JsonNode expected = Golden.json("adamw.json");
    Path model = Golden.dir().resolve("llama");
    try (GoldenTensors inputs = open(Golden.dir(), "grpo_inputs");
        GoldenTensors after = open(Golden.dir(), "adamw")) {
      GoldenBatch batch =
          GoldenBatch.read(
              inputs, "", inputs.floats("old_per_token_logps"), inputs.floats("advantages"));
      ObjectiveSettings objective =
          TrlCase.objective(expected, batch.width(), TruncatedImportance.NONE);
      try (TorchTrainer trainer = trainer(model, objective, optimizer(expected))) {
        for (JsonNode step : expected.get("steps")) {
          UpdateMetrics metrics = trainer.update(batch.groups(), StopSignal.NEVER, m -> {});
          CraftedBatch.assertLoss(step.get("loss").asDouble(), metrics.loss());
          assertRelative(step.get("grad_norm"), metrics.gradNorm(), 1e-4);
          assertEquals(step.get("lr").asDouble(), metrics.learningRate(), 1e-12);
          checkStep(step, after, trainer);
        }
      }
    }
  }

  /**
   * The rate rises until it is largest; that and the optimizer's own numbers stand in the file. It
   * is torch's optimizer over all parameters.
   */
  private static OptimizerSettings optimizer(JsonNode json) {
    double[] rates =
        StreamSupport.stream(json.get("steps").spliterator(), false)
            .mapToDouble(step -> step.get("lr").asDouble())
            .toArray();
    int peak =
        IntStream.range(0, rates.length)
            .reduce((a, b) -> rates[b] > rates[a] ? b : a)
            .orElseThrow();
    return new OptimizerSettings(
        rates[peak],
        Schedule.CONSTANT,
        peak + 1L,
        0,
        json.get("betas").get(0).asDouble(),
        json.get("betas").get(1).asDouble(),
        json.get("eps").asDouble(),
        json.get("weight_decay").asDouble(),
        json.get("max_grad_norm").asDouble(),
        true);
  }

  /** 99.9 % of the weights within 1e-6 and all within the learning rate. */
  private static void checkStep(JsonNode step, GoldenTensors after, TorchTrainer trainer)
      throws IOException {
    double rate = step.get("lr").asDouble();
    String prefix = step.get("step").asInt() + ".";
    long all = 0;
    long far = 0;
    try (TensorSource weights = trainer.weights()) {
      for (String golden : after.file().tensors().keySet()) {
        if (golden.startsWith(prefix)) {
          String name = golden.substring(prefix.length());
          float[] expected = after.floats(golden);
          float[] ours = floats(weights, name, expected.length);
          for (int i = 0; i < ours.length; i++) {
            double difference = Math.abs((double) expected[i] - ours[i]);
            assertTrue(difference <= rate, golden + " differs by " + difference);
            far += difference > 1e-6 ? 1 : 0;
          }
          all += ours.length;
        }
      }
    }
    assertTrue(all > 0 && far <= all / 1000, far + " of " + all + " weights differ");
  }

  /** Updates on batches that TRL sampled: losses, gradient norms, the weights at the end. */
  @Test
  void trajectoryAgreesWithTrl() throws IOException, StoppedException {
    Path folder = Golden.dir().resolve("trajectory");
    JsonNode expected = Golden.json("trajectory/trajectory.json");
    Path model = folder.resolve(expected.get("start").asText()).normalize();
    ObjectiveSettings objective =
        TrlCase.objective(expected.get("config"), 0, TruncatedImportance.NONE);
    try (GoldenTensors inputs = open(folder, "inputs");
        GoldenTensors end = open(folder, "final");
        TorchTrainer trainer = trainer(model, objective, trlOptimizer(expected.get("config")))) {
      for (JsonNode update : expected.get("updates")) {
        GoldenBatch batch =
            batch(update, inputs, trainer, ModelConfig.read(model), objective.temperature());
        UpdateMetrics metrics = trainer.update(batch.groups(), StopSignal.NEVER, m -> {});
        assertEquals(update.get("learning_rate").asDouble(), metrics.learningRate(), 1e-12);
        assertEquals(update.get("loss").asDouble(), metrics.loss(), 1e-3);
        assertRelative(update.get("grad_norm"), metrics.gradNorm(), 1e-3);
      }
      try (TensorSource weights = trainer.weights()) {
        assertEquals(end.file().tensors().keySet(), weights.tensors().keySet());
        for (String name : weights.tensors().keySet()) {
          float[] peers = end.floats(name);
          double distance = distance(peers, floats(weights, name, peers.length));
          assertTrue(distance <= 1e-3, () -> name + " differs by " + distance);
        }
      }
    }
  }

  private static OptimizerSettings trlOptimizer(JsonNode config) {
    return new OptimizerSettings(
        config.get("learning_rate").asDouble(),
        Schedule.valueOf(config.get("lr_scheduler_type").asText().toUpperCase(Locale.ROOT)),
        0,
        config.get("max_steps").asLong(),
        config.get("adam_beta1").asDouble(),
        config.get("adam_beta2").asDouble(),
        config.get("adam_epsilon").asDouble(),
        config.get("weight_decay").asDouble(),
        config.get("max_grad_norm").asDouble());
  }

  /** An update's batch. TRL has no old log-probs where they would be the current ones. */
  private static GoldenBatch batch(
      JsonNode update,
      GoldenTensors inputs,
      TorchTrainer trainer,
      ModelConfig config,
      double temperature)
      throws IOException {
    String prefix = update.get("update").asInt() + ".";
    float[] advantages = inputs.floats(prefix + "advantages");
    if (update.path("has_old").asBoolean(true)) {
      float[] behavior = inputs.floats(prefix + "old_per_token_logps");
      return GoldenBatch.read(inputs, prefix, behavior, advantages);
    }
    float[] none = new float[inputs.ints(prefix + "completion_ids").length];
    GoldenBatch batch = GoldenBatch.read(inputs, prefix, none, advantages);
    float[] own = new float[batch.places().length];
    int at = 0;
    try (TensorSource weights = trainer.weights();
        SequenceLogits scorer = new SequenceLogits(config, weights, 1)) {
      for (TrainingGroup group : batch.groups()) {
        int[] prompt = group.promptIds();
        for (TrainingCompletion each : group.completions()) {
          int[] text = IntStream.concat(IntStream.of(prompt), IntStream.of(each.ids())).toArray();
          for (double logprob : scorer.logprobs(text, prompt.length, temperature)) {
            own[at++] = (float) logprob;
          }
        }
      }
    }
    return batch.withBehavior(own);
  }

  private static float[] floats(TensorSource source, String name, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(name, 0, bytes);
    float[] values = new float[length];
    bytes.flip().asFloatBuffer().get(values);
    return values;
  }

  /** ‖ours − expected‖ / ‖expected‖. */
  private static double distance(float[] expected, float[] ours) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - ours[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static void assertRelative(JsonNode expected, double actual, double tolerance) {
    assertEquals(expected.asDouble(), actual, tolerance * Math.abs(expected.asDouble()));
  }

  private static GoldenTensors open(Path folder, String name) {
    return GoldenTensors.open(folder.resolve(name + ".safetensors"));
  }

  private static TorchTrainer trainer(
      Path model, ObjectiveSettings objective, OptimizerSettings optimizer) throws IOException {
    try (Checkpoint base = Checkpoint.open(model)) {
      return new TorchTrainer(base.config(), base.weights(), objective, optimizer, 100_000, 1);
    }
  }
}
