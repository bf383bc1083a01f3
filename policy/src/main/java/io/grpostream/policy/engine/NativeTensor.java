package io.grpostream.policy.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A tensor in native memory with one owner, who closes it. Row-major, little-endian. It lies on the
 * CPU, or on the GPU that its thread has entered {@link Torch} with: Java reads that through a
 * copy.
 *
 * <p>Using a closed tensor throws instead of reading freed memory. Closing while another thread
 * uses it is the owner's mistake to avoid.
 */
public final class NativeTensor implements AutoCloseable {
  private long handle;

  NativeTensor(long handle) {
    this.handle = handle;
  }

  /** fp32 zeros. */
  public static NativeTensor zeros(long... shape) {
    return new NativeTensor(TorchBridge.zeros(shape, Torch.device().toTorch()));
  }

  /** fp32 numbers in this shape. */
  public static NativeTensor of(float[] values, long... shape) {
    return filled(DataType.FLOAT32, shape, memory -> memory.asFloatBuffer().put(values));
  }

  /** Integers (I64) in this shape. */
  public static NativeTensor of(long[] values, long... shape) {
    return filled(DataType.INT64, shape, memory -> memory.asLongBuffer().put(values));
  }

  /** Booleans in this shape. */
  public static NativeTensor of(boolean[] values, long... shape) {
    return filled(
        DataType.BOOLEAN,
        shape,
        memory -> {
          for (boolean value : values) {
            memory.put((byte) (value ? 1 : 0));
          }
        });
  }

  private static NativeTensor filled(DataType type, long[] shape, Consumer<ByteBuffer> fill) {
    NativeTensor tensor = new NativeTensor(TorchBridge.emptyTensor(shape, type));
    fill.accept(TorchBridge.memory(tensor.handle()));
    tensor.moveTo(Torch.device());
    return tensor;
  }

  /** Uninitialized fp32 numbers on the CPU, to be filled and moved. */
  static NativeTensor emptyOnCpu(long... shape) {
    return new NativeTensor(TorchBridge.emptyTensor(shape, DataType.FLOAT32));
  }

  /** From now on it lies on this device. */
  void moveTo(Device device) {
    if (!device.equals(device())) {
      long moved = TorchBridge.to(handle(), device.toTorch());
      close();
      handle = moved;
    }
  }

  /** Where it lies. */
  public Device device() {
    int[] device = TorchBridge.device(handle());
    return device[0] == 0 ? Device.CPU : Device.cuda(device[1]);
  }

  /** A copy with an owner of its own. */
  public NativeTensor copy() {
    return new NativeTensor(TorchBridge.copy(handle()));
  }

  public long[] shape() {
    return TorchBridge.shape(handle());
  }

  /** Its fp32 numbers. */
  public float[] floats() {
    try (NativeTensor here = onCpu()) {
      var buffer = here.memory().asFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  /** Its integers (I64). */
  public long[] longs() {
    try (NativeTensor here = onCpu()) {
      var buffer = here.memory().asLongBuffer();
      long[] values = new long[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  /** The same numbers on the CPU: this tensor's memory if it is there, or a copy. */
  private NativeTensor onCpu() {
    return new NativeTensor(TorchBridge.to(handle(), Device.CPU.toTorch()));
  }

  /** Fills the buffer's remaining bytes from this byte offset of fp32 numbers. */
  public void read(long offset, ByteBuffer into) {
    try (NativeTensor touched = touched(offset, into.remaining());
        NativeTensor here = touched.onCpu()) {
      into.put(here.memory().slice((int) (offset % Float.BYTES), into.remaining()));
    }
  }

  /**
   * Hands this many bytes of fp32 numbers, from this byte offset, to the sink from where they lie;
   * a GPU's from a copy.
   */
  public void pass(long offset, int length, TensorSource.Sink sink) throws IOException {
    try (NativeTensor touched = touched(offset, length);
        NativeTensor here = touched.onCpu()) {
      ByteBuffer bytes = here.memory().slice((int) (offset % Float.BYTES), length);
      sink.accept(bytes.asReadOnlyBuffer());
    }
  }

  /** Writes the buffer's remaining bytes at this byte offset; on a GPU all of it travels. */
  public void write(long offset, ByteBuffer from) {
    Device device = device();
    moveTo(Device.CPU);
    try (NativeTensor touched = touched(offset, from.remaining())) {
      touched.memory().slice((int) (offset % Float.BYTES), from.remaining()).put(from);
    }
    moveTo(device);
  }

  /** Just the numbers that the bytes touch: a buffer cannot count those of a large tensor. */
  private NativeTensor touched(long offset, int length) {
    long from = offset / Float.BYTES;
    long to = (offset + length + Float.BYTES - 1) / Float.BYTES;
    return new NativeTensor(TorchBridge.flatSlice(handle(), from, to));
  }

  long handle() {
    if (handle == 0) {
      throw new IllegalStateException("the tensor is closed");
    }
    return handle;
  }

  static long[] handles(NativeTensor[] tensors) {
    return Arrays.stream(tensors).mapToLong(NativeTensor::handle).toArray();
  }

  /** Closes all. */
  public static void closeAll(NativeTensor... tensors) {
    for (NativeTensor tensor : tensors) {
      tensor.close();
    }
  }

  @Override
  public void close() {
    if (handle != 0) {
      TorchBridge.freeTensor(handle);
      handle = 0;
    }
  }

  private ByteBuffer memory() {
    return TorchBridge.memory(handle());
  }
}
