package io.grpostream.bench;

import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.training.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which model is measured, as it travels in a job graph: one of the two, the other null.
 *
 * @param shape random weights in these sizes
 * @param folder a checkpoint
 */
public record ModelChoice(@Nullable Shape shape, @Nullable String folder) implements Serializable {
  /** The choice that the command line made. */
  public static ModelChoice of(@Nullable Shape shape, @Nullable Path folder) {
    return new ModelChoice(shape, folder == null ? null : folder.toAbsolutePath().toString());
  }

  /** Opens the model. */
  public MeasuredModel open() throws IOException {
    return MeasuredModel.of(shape, folder == null ? null : Path.of(folder));
  }

  /** A sampler without weights yet; the model stays open for as long as the process lives. */
  public Sampler sampler(EngineSettings settings, int threads) {
    try {
      return EngineBench.sampler(open(), settings, threads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A trainer with the model's weights. */
  public Trainer trainer(EngineSettings settings, int threads) {
    try (MeasuredModel model = open()) {
      return EngineBench.trainer(model, settings, threads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
