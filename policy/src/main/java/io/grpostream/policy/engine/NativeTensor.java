package io.grpostream.policy.engine;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.TorchBridge;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A tensor in native memory with one owner, who closes it. Row-major, little-endian, on the CPU; at
 * most 2 GiB where Java reads or writes it.
 *
 * <p>Using a closed tensor throws instead of reading freed memory. Closing while another thread
 * uses it is the owner's mistake to avoid.
 */
public final class NativeTensor implements AutoCloseable {
  private long handle;

  NativeTensor(long handle) {
    this.handle = handle;
  }

  /** Uninitialized fp32 numbers. */
  public static NativeTensor empty(long... shape) {
    return new NativeTensor(TorchBridge.emptyTensor(shape, DataType.FLOAT32));
  }

  /** fp32 numbers in this shape. */
  public static NativeTensor of(float[] values, long... shape) {
    NativeTensor tensor = empty(shape);
    tensor.memory().asFloatBuffer().put(values);
    return tensor;
  }

  /** Integers (I64) in this shape. */
  public static NativeTensor of(long[] values, long... shape) {
    NativeTensor tensor = new NativeTensor(TorchBridge.emptyTensor(shape, DataType.INT64));
    tensor.memory().asLongBuffer().put(values);
    return tensor;
  }

  /** Booleans in this shape. */
  public static NativeTensor of(boolean[] values, long... shape) {
    NativeTensor tensor = new NativeTensor(TorchBridge.emptyTensor(shape, DataType.BOOLEAN));
    ByteBuffer memory = tensor.memory();
    for (boolean value : values) {
      memory.put((byte) (value ? 1 : 0));
    }
    return tensor;
  }

  /** A copy with an owner of its own. */
  public NativeTensor copy() {
    NativeTensor copy = empty(shape());
    copy.memory().put(memory());
    return copy;
  }

  public long[] shape() {
    return TorchBridge.shape(handle());
  }

  /** Its fp32 numbers. */
  public float[] floats() {
    var buffer = memory().asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Its integers (I64). */
  public long[] longs() {
    var buffer = memory().asLongBuffer();
    long[] values = new long[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** Fills the buffer's remaining bytes from this byte offset. */
  public void read(long offset, ByteBuffer into) {
    into.put(memory().slice(Math.toIntExact(offset), into.remaining()));
  }

  /** Writes the buffer's remaining bytes at this byte offset. */
  public void write(long offset, ByteBuffer from) {
    memory().slice(Math.toIntExact(offset), from.remaining()).put(from);
  }

  /** Sets every byte to zero. */
  public void clear() {
    ByteBuffer memory = memory();
    byte[] zeros = new byte[Math.min(memory.remaining(), 1 << 20)];
    while (memory.hasRemaining()) {
      memory.put(zeros, 0, Math.min(zeros.length, memory.remaining()));
    }
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
