package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.FloatView;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads tensors of any float format into native fp32 tensors of the calling thread's device, a
 * piece at a time.
 */
public final class WeightReader {
  private static final int PIECE_BYTES = 4 << 20;

  private final TensorSource source;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

  private WeightReader(TensorSource source) {
    this.source = source;
  }

  /**
   * The slots of a layout, filled; the source stays open.
   *
   * @param prefix stands before each Hugging Face name in the source, such as {@code exp_avg/}
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   */
  @SuppressWarnings("resource") // The view would close the caller's source.
  public static NativeTensor[] read(WeightLayout layout, TensorSource source, String prefix)
      throws IOException {
    WeightReader reader = new WeightReader(FloatView.of(source, DType.F32));
    NativeTensor[] tensors = new NativeTensor[layout.slots().size()];
    int filled = 0;
    try {
      for (WeightLayout.Slot slot : layout.slots()) {
        NativeTensor tensor = NativeTensor.emptyOnCpu(slot.dimensions());
        tensors[filled++] = tensor;
        for (WeightLayout.Part part : slot.parts()) {
          reader.fill(tensor, part, prefix + part.name());
        }
        tensor.moveTo(Torch.device());
      }
      return tensors;
    } catch (IOException | RuntimeException e) {
      for (int i = 0; i < filled; i++) {
        tensors[i].close();
      }
      throw e;
    }
  }

  private void fill(NativeTensor tensor, WeightLayout.Part part, String name) throws IOException {
    TensorInfo info = source.tensors().get(name);
    if (info == null || !info.shape().equals(part.shape())) {
      throw new IllegalArgumentException(
          name
              + " is "
              + (info == null ? "missing" : info.shape())
              + "; it must be "
              + part.shape());
    }
    long length = info.byteLength();
    for (long offset = 0; offset < length; offset += PIECE_BYTES) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, length - offset));
      source.read(name, offset, piece);
      tensor.write(part.offset() + offset, piece.flip());
    }
  }
}
