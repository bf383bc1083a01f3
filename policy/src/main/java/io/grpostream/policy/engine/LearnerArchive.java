package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.TorchScriptArchive.ModuleObject;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.TruncatedImportance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code learner.py} packed for one model and one objective. */
public final class LearnerArchive {
  // Gao et al. 2025 (arXiv 2511.20347), section 4: the negative side decays a little faster.
  private static final double SAPO_TEMPERATURE_POSITIVE = 1.0;
  private static final double SAPO_TEMPERATURE_NEGATIVE = 1.05;

  private LearnerArchive() {}

  static TorchScriptArchive of(
      ModelConfig config, Lora lora, ObjectiveSettings objective, Precision precision) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("policy", ModelProgram.policy(config, lora, WeightLayout.of(config).head()));
    attributes.put("objective", objective(objective));
    attributes.put("format", precision.scalarType());
    return new TorchScriptArchive(
        new ModuleObject("learner", "Learner", attributes),
        List.of(
            "products",
            "adapter",
            "cache",
            "policy",
            "sampling",
            "objective",
            "passes",
            "learner"));
  }

  /**
   * Writes the program as {@code torch.jit.load} reads it: the transformer, sampling, the objective
   * and the optimizer, without weights, which its methods are given.
   *
   * @param file replaced if it exists
   * @param lora the adapters that may follow the model's own tensors
   */
  public static void write(
      Path file, ModelConfig config, Lora lora, ObjectiveSettings objective, Precision precision)
      throws IOException {
    Files.write(file, of(config, lora, objective, precision).toBytes());
  }

  /** The attributes of {@code objective.Objective}. */
  private static ModuleObject objective(ObjectiveSettings settings) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("surrogate", surrogate(settings.lossType()));
    attributes.put("ratio", settings.ratio().name().toLowerCase(Locale.ROOT));
    attributes.put("clip", settings.clip());
    attributes.put("clip_low", settings.clipLow());
    attributes.put("clip_high", settings.clipHigh());
    attributes.put("delta", settings.delta());
    attributes.put("beta", settings.beta());
    attributes.put("kl_unbiased", settings.klUnbiased());
    attributes.put("sapo_temperature_positive", SAPO_TEMPERATURE_POSITIVE);
    attributes.put("sapo_temperature_negative", SAPO_TEMPERATURE_NEGATIVE);
    attributes.put("temperature", settings.temperature());
    TruncatedImportance truncated = settings.truncatedImportance();
    attributes.put("correction", truncated.level().name().toLowerCase(Locale.ROOT));
    attributes.put("correction_cap", truncated.cap());
    return new ModuleObject("objective", "Objective", attributes);
  }

  private static String surrogate(LossType type) {
    return switch (type) {
      case GRPO, BNPO, DR_GRPO, DAPO, LUSPO -> "clip";
      case CISPO -> "cispo";
      case SAPO -> "sapo";
    };
  }
}
