package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import io.grpostream.policy.checkpoint.ModelConfig.RopeScaling;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** config.json of transformers 4 and 5, for each family, and what is refused. */
class ModelConfigTest {
  @TempDir Path folder;

  @Test
  void llamaByTheKeysOfTransformers5() {
    assertEquals(
        new ModelConfig(
            Family.LLAMA,
            320,
            64,
            160,
            3,
            4,
            2,
            16,
            1e-6,
            100000.0,
            null,
            true,
            false,
            false,
            512,
            0),
        ModelConfig.read(Golden.shipped().resolve("llama")));
  }

  @Test
  void llama3ScalesItsRotaryFrequencies() {
    ModelConfig config = ModelConfig.read(Golden.shipped().resolve("llama3-rope"));
    assertEquals(new RopeScaling(8.0, 1.0, 4.0, 64), config.ropeScaling());
    assertEquals(500000.0, config.ropeTheta());
    assertEquals(1, config.kvHeads());
    assertFalse(config.tiedEmbeddings());
  }

  @Test
  void familiesDifferInBiasNormAndHeads() {
    ModelConfig qwen2 = ModelConfig.read(Golden.shipped().resolve("qwen2"));
    assertEquals(Family.QWEN2, qwen2.family());
    assertTrue(qwen2.qkvBias());
    assertFalse(qwen2.qkNorm());
    assertEquals(16, qwen2.headDim());
    ModelConfig qwen3 = ModelConfig.read(Golden.shipped().resolve("qwen3"));
    assertEquals(Family.QWEN3, qwen3.family());
    assertFalse(qwen3.qkvBias());
    assertTrue(qwen3.qkNorm());
    assertEquals(24, qwen3.headDim());
    ModelConfig mistral = ModelConfig.read(Golden.shipped().resolve("mistral"));
    assertEquals(Family.MISTRAL, mistral.family());
    assertEquals(4, mistral.kvHeads());
  }

  @Test
  void keysOfTransformers4MeanTheSame() throws IOException {
    edit(
        "llama3-rope",
        json -> {
          ObjectNode rope = (ObjectNode) json.remove("rope_parameters");
          json.put("rope_theta", rope.remove("rope_theta").doubleValue());
          json.set("rope_scaling", rope);
        });
    assertEquals(
        ModelConfig.read(Golden.shipped().resolve("llama3-rope")), ModelConfig.read(folder));
  }

  @Test
  void absentKeysTakeTheFamilysDefaults() throws IOException {
    edit(
        "llama",
        json ->
            json.remove(
                List.of(
                    "architectures",
                    "attention_bias",
                    "head_dim",
                    "hidden_act",
                    "mlp_bias",
                    "num_key_value_heads",
                    "rms_norm_eps",
                    "rope_parameters",
                    "tie_word_embeddings")));
    ModelConfig config = ModelConfig.read(folder);
    assertEquals(4, config.kvHeads());
    assertEquals(16, config.headDim());
    assertEquals(10000.0, config.ropeTheta());
    assertEquals(1e-6, config.rmsNormEps());
    assertFalse(config.tiedEmbeddings());
  }

  @ParameterizedTest
  @MethodSource("io.grpostream.policy.Golden#models")
  void expectedTensorsAreThoseOfTheCheckpoint(Path golden) throws IOException {
    Map<String, List<Long>> stored = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(golden, "model*.safetensors")) {
      for (Path each : files) {
        try (SafetensorsFile file = SafetensorsFile.open(each)) {
          file.tensors().forEach((name, tensor) -> stored.put(name, tensor.shape()));
        }
      }
    }
    assertEquals(stored, ModelConfig.read(golden).expectedTensors());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama   | model_type             | "gpt2"              | config.json: model_type is "gpt2"; it must be one of llama, mistral, qwen2, qwen3
          llama   | model_type             | null                | config.json: model_type is missing
          llama   | architectures          | ["LlamaForTokenClassification"] | must be ["LlamaForCausalLM"] for model_type llama
          llama   | hidden_act             | "gelu"              | config.json: hidden_act is "gelu"; it must be "silu"
          llama   | attention_bias         | true                | attention_bias is true; it must be false
          llama   | mlp_bias               | true                | mlp_bias is true; it must be false
          qwen3   | attention_bias         | true                | attention_bias is true; it must be false
          llama   | attention_bias         | "no"                | attention_bias is "no"; it must be true or false
          llama   | quantization_config    | {"bits": 4}         | quantization_config is {"bits":4}; it must be absent
          llama   | vocab_size             | null                | config.json: vocab_size is missing
          llama   | hidden_size            | 0                   | hidden_size is 0; it must be a positive integer
          llama   | num_hidden_layers      | 2.5                 | num_hidden_layers is 2.5; it must be a positive integer
          llama   | num_hidden_layers      | 2000000000          | num_hidden_layers is 2000000000; it must be at most 1000
          llama   | num_key_value_heads    | 3                   | num_attention_heads is 4; it must be a multiple of num_key_value_heads, 3
          llama   | head_dim               | 15                  | head_dim is 15; it must be even
          llama   | rms_norm_eps           | -1                  | rms_norm_eps is -1; it must be a positive number
          llama   | rope_parameters        | {"rope_type":"yarn"} | rope_parameters.rope_type is "yarn"; it must be "default" or "llama3"
          llama   | rope_parameters        | {"rope_type":"llama3","factor":8} | rope_parameters.low_freq_factor is missing
          llama   | rope_parameters        | 3                   | rope_parameters is 3; it must be a JSON object
          llama   | partial_rotary_factor  | 0.5                 | partial_rotary_factor is 0.5; it must be 1 or absent
          qwen2   | layer_types            | ["full_attention", "sliding_attention"] | it must be full_attention: sliding-window attention is not supported
          mistral | sliding_window         | 256                 | sliding_window is 256; it must be null or at least max_position_embeddings, 512
          """)
  void refusesInOneLine(String base, String key, String value, String message) throws IOException {
    edit(
        base,
        json -> {
          try {
            json.set(key, new ObjectMapper().readTree(value));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> ModelConfig.read(folder));
    String text = String.valueOf(error.getMessage());
    assertTrue(text.contains(message), text);
    assertTrue(text.startsWith(folder.toString()), text);
    assertFalse(text.contains("\n"), text);
  }

  @Test
  void aSlidingWindowCountsOnlyWhereItIsActive() throws IOException {
    edit("mistral", json -> json.put("sliding_window", 512));
    assertEquals(512, ModelConfig.read(folder).maxPositions());
    edit("qwen2", json -> json.put("sliding_window", 32));
    assertEquals(512, ModelConfig.read(folder).maxPositions());
    edit("qwen2", json -> json.put("sliding_window", 32).put("use_sliding_window", true));
    assertThrows(UserErrorException.class, () -> ModelConfig.read(folder));
    // Without the key, Mistral's default window of 4096 is active.
    edit("mistral", json -> json.put("max_position_embeddings", 32768).remove("sliding_window"));
    assertThrows(UserErrorException.class, () -> ModelConfig.read(folder));
  }

  @Test
  void aMissingOrBrokenFileIsOneLine() throws IOException {
    Path file = folder.resolve("config.json");
    assertEquals(
        file + " is missing",
        assertThrows(UserErrorException.class, () -> ModelConfig.read(folder)).getMessage());
    Files.writeString(file, "{\"vocab_size\": 3,\n");
    String message =
        assertThrows(UserErrorException.class, () -> ModelConfig.read(folder)).getMessage();
    assertTrue(String.valueOf(message).startsWith(file + " is not valid JSON: "), message);
    assertFalse(String.valueOf(message).contains("\n"), message);
    Files.writeString(file, "[1]");
    assertEquals(
        file + " holds no JSON object",
        assertThrows(UserErrorException.class, () -> ModelConfig.read(folder)).getMessage());
  }

  private void edit(String golden, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path source = Golden.shipped().resolve(golden).resolve("config.json");
    ObjectNode json = (ObjectNode) mapper.readTree(source.toFile());
    change.accept(json);
    Files.writeString(folder.resolve("config.json"), mapper.writeValueAsString(json));
  }
}
