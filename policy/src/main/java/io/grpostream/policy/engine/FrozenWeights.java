package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A base checkpoint's weights in native memory, fp32, which nobody writes. One copy per process:
 * all who ask for the same folder share it, and the last to close frees it. Safe from any thread
 * that has entered {@link Torch}.
 */
public final class FrozenWeights implements AutoCloseable {
  private static final Map<Path, Copy> COPIES = new HashMap<>();

  private final Copy copy;
  private boolean closed;

  private FrozenWeights(Copy copy) {
    this.copy = copy;
  }

  /** The one copy of a folder's weights, and how many use it. */
  private static final class Copy {
    private final Path folder;
    private final ModelConfig config;
    private final NativeTensor[] slots;
    private int users;

    private Copy(Path folder, ModelConfig config, NativeTensor[] slots) {
      this.folder = folder;
      this.config = config;
      this.slots = slots;
    }

    private static Copy read(Path folder) throws IOException {
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        ModelConfig config = checkpoint.config();
        return new Copy(
            folder, config, WeightReader.read(WeightLayout.of(config), checkpoint.weights(), ""));
      }
    }
  }

  /**
   * The weights of a checkpoint folder, read unless somebody has them already.
   *
   * @throws io.grpostream.policy.UserErrorException as {@link Checkpoint#open}
   */
  public static FrozenWeights open(Path folder) throws IOException {
    Path key = folder.toAbsolutePath().normalize();
    synchronized (COPIES) {
      Copy copy = COPIES.get(key);
      if (copy == null) {
        copy = Copy.read(key);
        COPIES.put(key, copy);
      }
      copy.users++;
      return new FrozenWeights(copy);
    }
  }

  public ModelConfig config() {
    return copy.config;
  }

  /** The tensors in the order of {@link WeightLayout#of}: to be read, never written or closed. */
  public NativeTensor[] slots() {
    return copy.slots;
  }

  @Override
  public void close() {
    synchronized (COPIES) {
      if (closed) {
        return;
      }
      closed = true;
      copy.users--;
      if (copy.users == 0) {
        COPIES.remove(copy.folder);
        NativeTensor.closeAll(copy.slots);
      }
    }
  }
}
