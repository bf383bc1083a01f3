package io.grpostream.bench;

import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.sampling.TextDecoder;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The model that is measured: a checkpoint, or random weights.
 *
 * @param name the shape's, or the checkpoint's folder
 * @param decoder makes a completion's text of its token ids
 */
public record MeasuredModel(
    String name,
    ModelConfig config,
    TensorSource weights,
    TextDecoder decoder,
    @Nullable PolicyTokenizer tokenizer)
    implements AutoCloseable {
  /** One of the two, the other null. */
  public static MeasuredModel of(@Nullable Shape shape, @Nullable Path folder) throws IOException {
    if (shape != null) {
      return new MeasuredModel(
          shape.toString(),
          shape.config(),
          new RandomWeights(shape.config()),
          Arrays::toString,
          null);
    }
    Checkpoint checkpoint = Checkpoint.open(Objects.requireNonNull(folder));
    PolicyTokenizer tokenizer = PolicyTokenizer.open(folder);
    return new MeasuredModel(
        folder.toString(),
        checkpoint.config(),
        checkpoint.weights(),
        ids -> tokenizer.decode(ids, true),
        tokenizer);
  }

  /** The model as the base of adapters, one copy for all who ask in this process. */
  AdaptedBase base(Lora lora, Compute compute) throws IOException {
    return AdaptedBase.of(name, config, weights, lora, compute);
  }

  @Override
  public void close() throws IOException {
    weights.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
