package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A base model whose weights stay as they are, and the shape of the adapters that are trained
 * beside them. Closing gives the weights back.
 */
public record AdaptedBase(FrozenWeights weights, Lora lora) implements AutoCloseable {
  /**
   * A checkpoint folder as the base.
   *
   * @param compute what the calling thread computes with
   */
  public static AdaptedBase open(Path folder, Lora lora, Compute compute) throws IOException {
    Torch.enter(compute);
    return new AdaptedBase(FrozenWeights.open(folder), lora);
  }

  /**
   * Weights without a folder as the base.
   *
   * @param name whoever asks for the same name shares the weights
   * @param compute what the calling thread computes with
   */
  public static AdaptedBase of(
      String name, ModelConfig config, TensorSource weights, Lora lora, Compute compute)
      throws IOException {
    Torch.enter(compute);
    return new AdaptedBase(FrozenWeights.of(name, config, weights), lora);
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
