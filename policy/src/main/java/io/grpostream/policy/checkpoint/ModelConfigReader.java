package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import io.grpostream.policy.checkpoint.ModelConfig.RopeScaling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code config.json} and refuses what the model would compute differently from transformers.
 * Absent keys take transformers' defaults for the family; where those could be wrong for a
 * checkpoint, the check of tensor shapes notices.
 */
final class ModelConfigReader {
  private static final int DEFAULT_WINDOW = 4096;
  // Eight times what the largest models have; a damaged number must not fill the memory with names.
  private static final int MAX_LAYERS = 1000;
  private static final int QWEN3_DEFAULT_HEAD_DIM = 128;
  private static final double DEFAULT_ROPE_THETA = 10000.0;
  private static final double DEFAULT_RMS_NORM_EPS = 1e-6;

  private final Path file;
  private final JsonObject json;
  private final Family family;

  private ModelConfigReader(Path file) {
    this.file = file;
    this.json = JsonObject.read(file);
    this.family = family(json);
  }

  static ModelConfig read(Path file) {
    return new ModelConfigReader(file).read();
  }

  private ModelConfig read() {
    refuseUnsupported();
    int maxPositions = json.positiveInt("max_position_embeddings");
    refuseSlidingWindow(maxPositions);
    int hiddenSize = json.positiveInt("hidden_size");
    int heads = json.positiveInt("num_attention_heads");
    try {
      return new ModelConfig(
          family,
          json.positiveInt("vocab_size"),
          hiddenSize,
          json.positiveInt("intermediate_size"),
          layers(),
          heads,
          json.positiveInt("num_key_value_heads", heads),
          headDim(hiddenSize, heads),
          json.positiveNumber("rms_norm_eps", DEFAULT_RMS_NORM_EPS),
          ropeTheta(),
          ropeScaling(),
          json.flag("tie_word_embeddings"),
          family == Family.QWEN2,
          family == Family.QWEN3,
          maxPositions,
          json.node().path("pad_token_id").asInt(ModelConfig.NO_TOKEN));
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(file + ": " + e.getMessage(), e);
    }
  }

  /** The family by {@code model_type}; {@code architectures}, if there, must agree. */
  private static Family family(JsonObject json) {
    String modelType = json.string("model_type");
    Family family =
        Arrays.stream(Family.values())
            .filter(f -> f.modelType().equals(modelType))
            .findFirst()
            .orElseThrow(() -> json.error("model_type", "must be one of " + supported()));
    JsonNode architectures = json.get("architectures");
    if (architectures != null
        && (architectures.size() != 1
            || !family.architecture().equals(architectures.get(0).textValue()))) {
      throw json.error(
          "architectures",
          "must be [\"" + family.architecture() + "\"] for model_type " + modelType);
    }
    return family;
  }

  private static String supported() {
    return Arrays.stream(Family.values()).map(Family::modelType).collect(Collectors.joining(", "));
  }

  private void refuseUnsupported() {
    if (!json.string("hidden_act", "silu").equals("silu")) {
      throw json.error("hidden_act", "must be \"silu\", the only activation supported");
    }
    for (String bias : new String[] {"attention_bias", "mlp_bias"}) {
      // Qwen2 always has its QKV biases, whatever this key says.
      if (family != Family.QWEN2 && json.flag(bias)) {
        throw json.error(bias, "must be false: such biases are not supported");
      }
    }
    if (json.has("quantization_config")) {
      throw json.error("quantization_config", "must be absent: quantized weights cannot be read");
    }
    if (json.positiveNumber("partial_rotary_factor", 1.0) != 1.0) {
      throw json.error("partial_rotary_factor", "must be 1 or absent");
    }
  }

  /** A window at least as long as the longest sequence hides nothing, so it may stay. */
  private void refuseSlidingWindow(int maxPositions) {
    boolean active =
        switch (family) {
          case LLAMA -> false;
          case MISTRAL -> !json.node().path("sliding_window").isNull();
          case QWEN2, QWEN3 -> json.flag("use_sliding_window");
        };
    int window = json.positiveInt("sliding_window", DEFAULT_WINDOW);
    boolean covers = json.has("sliding_window") && window >= maxPositions;
    if (!covers && json.node().path("layer_types").toString().contains("sliding_attention")) {
      throw json.error(
          "layer_types", "must be full_attention: sliding-window attention is not supported");
    }
    if (active && window < maxPositions) {
      throw json.error(
          "sliding_window",
          "must be null or at least max_position_embeddings, "
              + maxPositions
              + ": sliding-window attention is not supported");
    }
  }

  private int layers() {
    int layers = json.positiveInt("num_hidden_layers");
    if (layers > MAX_LAYERS) {
      throw json.error("num_hidden_layers", "must be at most " + MAX_LAYERS);
    }
    return layers;
  }

  private int headDim(int hiddenSize, int heads) {
    if (json.has("head_dim")) {
      return json.positiveInt("head_dim");
    }
    if (family == Family.QWEN3) {
      return QWEN3_DEFAULT_HEAD_DIM;
    }
    if (hiddenSize % heads != 0) {
      throw json.error("hidden_size", "must be a multiple of num_attention_heads, " + heads);
    }
    return hiddenSize / heads;
  }

  /** transformers 5 has {@code rope_parameters.rope_theta}; 4 has {@code rope_theta}. */
  private double ropeTheta() {
    double outer = json.positiveNumber("rope_theta", DEFAULT_ROPE_THETA);
    return json.has("rope_parameters")
        ? json.object("rope_parameters").positiveNumber("rope_theta", outer)
        : outer;
  }

  private @Nullable RopeScaling ropeScaling() {
    String key = json.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    if (!json.has(key)) {
      return null;
    }
    JsonObject rope = json.object(key);
    // Older files of transformers 4 call it "type".
    String typeKey = rope.has("rope_type") ? "rope_type" : "type";
    String type = rope.string(typeKey, "default");
    if (rope.positiveNumber("partial_rotary_factor", 1.0) != 1.0) {
      throw rope.error("partial_rotary_factor", "must be 1 or absent");
    }
    return switch (type) {
      case "default" -> null;
      case "llama3" ->
          new RopeScaling(
              rope.positiveNumber("factor"),
              rope.positiveNumber("low_freq_factor"),
              rope.positiveNumber("high_freq_factor"),
              rope.positiveInt("original_max_position_embeddings"));
      default -> throw rope.error(typeKey, "must be \"default\" or \"llama3\"");
    };
  }
}
