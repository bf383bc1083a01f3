package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A base model whose weights stay as they are, and the shape of the adapters that are trained
 * beside them. Closing gives the weights back.
 */
public record AdaptedBase(FrozenWeights weights, Lora lora) implements AutoCloseable {
  /** A checkpoint folder as the base. */
  public static AdaptedBase open(Path folder, Lora lora) throws IOException {
    return new AdaptedBase(FrozenWeights.open(folder), lora);
  }

  public ModelConfig config() {
    return weights.config();
  }

  /** The adapters' layout. */
  public WeightLayout layout() {
    return WeightLayout.ofAdapters(config(), lora);
  }

  @Override
  public void close() {
    weights.close();
  }
}
