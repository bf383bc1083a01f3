package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A base checkpoint's weights in native memory, fp32, which nobody writes. One copy per process and
 * device: all who ask for the same folder share it, and the last to close frees it. Safe from any
 * thread that has entered {@link Torch}.
 */
public final class FrozenWeights implements AutoCloseable {
  private static final Map<Place, Copy> COPIES = new HashMap<>();

  private final Copy copy;
  private boolean closed;

  private FrozenWeights(Copy copy) {
    this.copy = copy;
  }

  /** Which weights, and where they lie. */
  private record Place(String name, Device device) {}

  /** The one copy of a folder's weights on a device, and how many use it. */
  private static final class Copy {
    private final Place place;
    private final ModelConfig config;
    private final NativeTensor[] slots;
    private int users;

    private Copy(Place place, ModelConfig config, NativeTensor[] slots) {
      this.place = place;
      this.config = config;
      this.slots = slots;
    }

    private static Copy read(Place place, ModelConfig config, TensorSource weights)
        throws IOException {
      return new Copy(place, config, WeightReader.read(WeightLayout.of(config), weights, ""));
    }
  }

  /**
   * The weights of a checkpoint folder on the calling thread's device, read unless somebody has
   * them there already.
   *
   * @throws io.grpostream.policy.UserErrorException as {@link Checkpoint#open}
   */
  public static FrozenWeights open(Path folder) throws IOException {
    Path resolved = folder.toAbsolutePath().normalize();
    try (Checkpoint checkpoint = Checkpoint.open(resolved)) {
      return of(resolved.toString(), checkpoint.config(), checkpoint.weights());
    }
  }

  /**
   * The same of weights that are in no folder.
   *
   * @param name whoever asks for the same name shares the copy
   * @param weights stay open
   */
  static FrozenWeights of(String name, ModelConfig config, TensorSource weights)
      throws IOException {
    Place key = new Place(name, Torch.device());
    synchronized (COPIES) {
      Copy copy = COPIES.get(key);
      if (copy == null) {
        copy = Copy.read(key, config, weights);
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
        COPIES.remove(copy.place);
        NativeTensor.closeAll(copy.slots);
      }
    }
  }
}
