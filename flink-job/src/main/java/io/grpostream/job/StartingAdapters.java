package io.grpostream.job;

import io.grpostream.config.LoraSection;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.training.FreshAdapters;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The adapters of policy version 0.
 *
 * @param lora their shape
 * @param folder where they are, as PEFT writes it; null for fresh ones
 * @param seed fresh ones are a function of
 */
record StartingAdapters(Lora lora, @Nullable String folder, long seed) implements Serializable {
  /**
   * Those of a configuration.
   *
   * @throws UserErrorException if {@code lora.adapter} holds adapters of another shape than the
   *     configuration's
   */
  static StartingAdapters of(LoraSection section, long seed) {
    Path folder = section.adapter();
    if (folder == null) {
      return new StartingAdapters(section.lora(), null, seed);
    }
    Lora found = AdapterFolder.config(folder).lora();
    Lora wanted = section.lora();
    // Only the scale is the same number for alpha / r and alpha / √r.
    boolean same =
        found.rank() == wanted.rank()
            && found.targets().equals(wanted.targets())
            && Math.abs(found.scale() / wanted.scale() - 1) < 1e-9;
    if (!same) {
      throw new UserErrorException(
          String.format(
              "lora.adapter is %s; its adapters must have the configured shape; set lora.rank to"
                  + " %d, lora.alpha to %s and lora.target-modules to %s",
              folder,
              found.rank(),
              found.scale() * found.rank(),
              found.inOrder().stream()
                  .map(Lora.Target::module)
                  .collect(Collectors.joining(", ", "[", "]"))));
    }
    return new StartingAdapters(wanted, folder.toString(), seed);
  }

  /** Their tensors by PEFT name; the caller closes them. */
  TensorSource open(ModelConfig base) {
    return folder == null
        ? new FreshAdapters(base, lora, seed)
        : AdapterFolder.open(Path.of(folder), base).weights();
  }
}
