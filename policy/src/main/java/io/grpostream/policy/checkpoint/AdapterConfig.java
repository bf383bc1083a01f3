package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * PEFT's {@code adapter_config.json}, read and written. What would change the computation in a way
 * that is not ours is refused; dropout is not, since it is off outside of PEFT's own training.
 *
 * @param lora the adapters' shape
 * @param base what {@code base_model_name_or_path} says; empty if it says nothing
 */
public record AdapterConfig(Lora lora, String base) {
  static final String FILE = "adapter_config.json";

  private static final String RULE = "is not supported; only plain LoRA adapters are";

  /** Keys that say nothing about the computation, or are read below. Others must be off. */
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "eva_config",
          "inference_mode",
          "init_lora_weights",
          "loftq_config",
          "lora_alpha",
          "lora_dropout",
          "lora_ga_config",
          "megatron_core",
          "peft_type",
          "peft_version",
          "qalora_group_size",
          "r",
          "revision",
          "target_modules",
          "task_type",
          "use_rslora");

  private static final Pattern IN_A_LAYER =
      Pattern.compile("^(model\\.layers\\.\\d+\\.)?(self_attn|mlp)\\.");

  /** Ways of making the first adapters that leave the base's weights alone. */
  private static final Set<String> INITIALIZATIONS =
      Set.of("true", "false", "gaussian", "orthogonal", "eva");

  /**
   * Reads a folder's file.
   *
   * @throws UserErrorException naming file, key and rule
   */
  static AdapterConfig read(Path folder) {
    JsonObject json = JsonObject.read(folder.resolve(FILE));
    if (!json.string("peft_type").equals("LORA")) {
      throw json.error("peft_type", RULE);
    }
    for (Map.Entry<String, JsonNode> entry : json.node().properties()) {
      if (!HARMLESS.contains(entry.getKey()) && !isOff(entry.getValue())) {
        throw json.error(entry.getKey(), RULE);
      }
    }
    JsonNode start = json.get("init_lora_weights");
    if (start != null && !INITIALIZATIONS.contains(start.asText())) {
      throw json.error("init_lora_weights", "changes the base's weights, which " + RULE);
    }
    Lora lora =
        new Lora(
            json.positiveInt("r"),
            json.positiveNumber("lora_alpha"),
            json.flag("use_rslora"),
            targets(json));
    return new AdapterConfig(lora, json.string("base_model_name_or_path", ""));
  }

  private static boolean isOff(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isBoolean() && !value.booleanValue())
        || value.asText().equals("none");
  }

  /**
   * Modules by name, or layer by layer as PEFT writes "all-linear". Whether a layer is missing
   * there is for the tensors to say.
   */
  private static Set<Lora.Target> targets(JsonObject json) {
    JsonNode modules = json.get("target_modules");
    Set<Lora.Target> targets = EnumSet.noneOf(Lora.Target.class);
    int known = 0;
    if (modules != null && modules.isArray()) {
      for (JsonNode module : modules) {
        String name = IN_A_LAYER.matcher(module.asText()).replaceFirst("");
        for (Lora.Target target : Lora.Target.values()) {
          if (target.module().equals(name)) {
            targets.add(target);
            known++;
          }
        }
      }
    }
    if (modules == null || modules.isEmpty() || known != modules.size()) {
      String names =
          Arrays.stream(Lora.Target.values())
              .map(Lora.Target::module)
              .collect(Collectors.joining(", "));
      throw json.error("target_modules", "must be a list of " + names);
    }
    return targets;
  }

  /** Writes the file in PEFT's keys. */
  void write(Path folder) throws IOException {
    ObjectMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    ObjectNode json = mapper.createObjectNode();
    json.put("base_model_name_or_path", base);
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.put("lora_alpha", lora.alpha());
    json.put("lora_dropout", 0.0);
    json.put("peft_type", "LORA");
    json.put("r", lora.rank());
    lora.inOrder().forEach(target -> json.withArray("target_modules").add(target.module()));
    json.put("task_type", "CAUSAL_LM");
    json.put("use_rslora", lora.rankStabilized());
    Files.writeString(folder.resolve(FILE), mapper.writeValueAsString(json) + "\n");
  }
}
