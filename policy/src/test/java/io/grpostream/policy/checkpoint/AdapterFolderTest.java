package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders of adapters that PEFT wrote: what opens, what is refused and how, and our own writing.
 */
class AdapterFolderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "adapter_config.json";

  @TempDir Path folder;

  @BeforeEach
  void copyTheLlamaAdapters() throws IOException {
    for (String file : new String[] {FILE, "adapter_model.safetensors"}) {
      Files.copy(peft("llama").resolve(file), folder.resolve(file));
    }
  }

  @Test
  void readsWhatPeftWrote() throws IOException {
    try (AdapterFolder adapters = AdapterFolder.open(folder, model("llama"))) {
      Lora lora = adapters.config().lora();
      assertEquals(new Lora(4, 8, false, EnumSet.allOf(Lora.Target.class)), lora);
      assertEquals(2.0, lora.scale());
      assertEquals("llama", adapters.config().base());
    }
    Lora qwen = AdapterFolder.config(peft("qwen2")).lora();
    assertEquals(
        Set.of(Lora.Target.Q_PROJ, Lora.Target.V_PROJ, Lora.Target.UP_PROJ), qwen.targets());
    assertEquals(4 / Math.sqrt(3), qwen.scale(), 1e-12);
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path copy = folder.resolve("copy");
    String hash;
    try (AdapterFolder adapters = AdapterFolder.open(folder, model("llama"))) {
      hash = PolicyHash.sha256(adapters.weights());
      AdapterFolder.write(copy, adapters.config().lora(), "llama", adapters.weights(), DType.F32);
    }
    try (AdapterFolder adapters = AdapterFolder.open(copy, model("llama"))) {
      assertEquals(AdapterFolder.config(folder), adapters.config());
      assertEquals(hash, PolicyHash.sha256(adapters.weights()));
    }
  }

  /** What PEFT can do and this cannot is named in one line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "use_dora | true",
        "bias | \"all\"",
        "lora_bias | true",
        "modules_to_save | [\"lm_head\"]",
        "rank_pattern | {\"q_proj\": 2}",
        "alpha_pattern | {\"q_proj\": 2}",
        "layers_to_transform | [0]",
        "fan_in_fan_out | true",
        "peft_type | \"IA3\"",
        "init_lora_weights | \"pissa\"",
        "an_option_of_tomorrow | 3",
        "target_modules | [\"q_proj\", \"lm_head\"]",
        "target_modules | \"all-linear\"",
        "r | 0",
        "lora_alpha | -1",
      })
  void refusesWhatItDoesNotCompute(String key, String value) throws IOException {
    set(key, value);
    String message = refused("llama");
    assertTrue(message.contains(FILE + ": " + key + " is "), message);
    assertEquals(1, message.lines().count(), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"lora_dropout | 0.1", "init_lora_weights | \"gaussian\"", "peft_version | \"9\""})
  void takesWhatChangesNothing(String key, String value) throws IOException {
    set(key, value);
    AdapterFolder.open(folder, model("llama")).close();
  }

  /** PEFT writes "all-linear" out, layer by layer. */
  @Test
  void takesModulesNamedLayerByLayer() throws IOException {
    ArrayNode modules = JSON.createArrayNode();
    for (int layer = 0; layer < model("llama").layers(); layer++) {
      for (Lora.Target target : Lora.Target.values()) {
        String block = target.module().matches("[qkvo]_proj") ? "self_attn" : "mlp";
        modules.add("model.layers." + layer + "." + block + "." + target.module());
      }
    }
    set("target_modules", modules.toString());
    try (AdapterFolder adapters = AdapterFolder.open(folder, model("llama"))) {
      assertEquals(EnumSet.allOf(Lora.Target.class), adapters.config().lora().targets());
    }
  }

  @Test
  void adaptersOfAnotherBaseOrShapeAreRefusedByTensor() throws IOException {
    String other = refused("qwen3");
    assertTrue(other.contains("base_model.model.model.layers.0."), other);
    assertTrue(other.contains("made for llama"), other);
    set("r", "5");
    assertTrue(refused("llama").contains("it must have shape [5, "), refused("llama"));
    set("r", "4");
    set("target_modules", "[\"q_proj\"]");
    assertTrue(refused("llama").contains("lora_A.weight is not among"), refused("llama"));
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertTrue(refused("llama").endsWith("adapter_model.safetensors is missing"));
    assertThrows(UserErrorException.class, () -> AdapterFolder.config(folder.resolve("nowhere")));
    UserErrorException asModel =
        assertThrows(UserErrorException.class, () -> Checkpoint.open(folder));
    String message = Objects.requireNonNull(asModel.getMessage());
    assertTrue(message.contains("holds adapters"), message);
  }

  private String refused(String model) {
    return Objects.requireNonNull(
        assertThrows(UserErrorException.class, () -> AdapterFolder.open(folder, model(model)))
            .getMessage());
  }

  private void set(String key, String value) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve(FILE).toFile());
    json.set(key, JSON.readTree(value));
    JSON.writeValue(folder.resolve(FILE).toFile(), json);
  }

  private static ModelConfig model(String name) {
    return ModelConfig.read(Golden.shipped().resolve(name));
  }

  private static Path peft(String model) {
    try {
      return Path.of(
          Objects.requireNonNull(AdapterFolderTest.class.getResource("/lora/" + model)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
