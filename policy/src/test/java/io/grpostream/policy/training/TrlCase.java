package io.grpostream.policy.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.objective.TruncatedImportance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** What TRL computed for one setting of its trainer, next to ours. */
final class TrlCase {
  private TrlCase() {}

  /**
   * TRL's arguments as our settings.
   *
   * @param width the padded length of completions, TRL's longest unless the arguments name it
   */
  static ObjectiveSettings objective(
      JsonNode config, int width, TruncatedImportance truncatedImportance) {
    double low = config.path("epsilon").asDouble(0.2);
    String level = config.path("importance_sampling_level").asText("token");
    return new ObjectiveSettings(
        LossType.valueOf(config.get("loss_type").asText().toUpperCase(Locale.ROOT)),
        Ratio.valueOf(level.toUpperCase(Locale.ROOT)),
        true,
        low,
        config.path("epsilon_high").asDouble(low),
        config.path("delta").asDouble(Double.POSITIVE_INFINITY),
        config.path("beta").asDouble(0),
        config.path("use_bias_correction_kl").asBoolean(true),
        config.path("top_entropy_quantile").asDouble(1),
        config.path("entropy_coef").asDouble(0),
        false,
        config.path("temperature").asDouble(1),
        config.path("max_completion_length").asInt(width),
        truncatedImportance);
  }

  /** ‖ours − expected‖ / ‖expected‖ of one checkpoint tensor's gradient. */
  static double distance(
      float[] expected, WeightLayout layout, String name, NativeTensor[] gradients) {
    float[] actual = part(layout, name, gradients);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private static float[] part(WeightLayout layout, String name, NativeTensor[] tensors) {
    for (int slot = 0; slot < tensors.length; slot++) {
      for (WeightLayout.Part part : layout.slots().get(slot).parts()) {
        if (part.name().equals(name)) {
          ByteBuffer bytes =
              ByteBuffer.allocate((int) part.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
          tensors[slot].read(part.offset(), bytes);
          float[] values = new float[bytes.capacity() / Float.BYTES];
          bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
          return values;
        }
      }
    }
    throw new IllegalArgumentException(name);
  }
}
