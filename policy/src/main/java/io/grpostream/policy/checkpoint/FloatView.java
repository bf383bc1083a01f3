package io.grpostream.policy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shows the float tensors of a source in one float dtype, converted as they are read. Integer
 * tensors stay as they are. Closing the view closes the source.
 */
public final class FloatView implements TensorSource {
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private final TensorSource source;
  private final SortedMap<String, TensorInfo> tensors;

  private FloatView(TensorSource source, DType dtype) {
    this.source = source;
    SortedMap<String, TensorInfo> converted = new TreeMap<>();
    source
        .tensors()
        .forEach(
            (name, info) -> {
              boolean convert = FloatFormat.isFloat(info.dtype());
              converted.put(name, convert ? new TensorInfo(name, dtype, info.shape()) : info);
            });
    this.tensors = Collections.unmodifiableSortedMap(converted);
  }

  /**
   * A view of the source.
   *
   * @throws IllegalArgumentException if the dtype is no float dtype
   */
  public static FloatView of(TensorSource source, DType dtype) {
    if (!FloatFormat.isFloat(dtype)) {
      throw new IllegalArgumentException(dtype + " is no float dtype");
    }
    return new FloatView(source, dtype);
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) throws IOException {
    TensorInfo to = TensorRange.check(tensors, name, offset, into.remaining());
    TensorInfo from = Objects.requireNonNull(source.tensors().get(name));
    if (from.dtype() == to.dtype()) {
      source.read(name, offset, into);
      return;
    }
    int size = to.dtype().bytes();
    long element = offset / size;
    int skip = (int) (offset % size);
    int chunk = (int) Math.min(CHUNK_ELEMENTS, into.remaining() / size + 2L);
    ByteBuffer raw = littleEndian(chunk * from.dtype().bytes());
    ByteBuffer converted = littleEndian(chunk * size);
    while (into.hasRemaining()) {
      int elements = (int) Math.min(chunk, (skip + (long) into.remaining() + size - 1) / size);
      raw.clear().limit(elements * from.dtype().bytes());
      source.read(name, element * from.dtype().bytes(), raw);
      convert(raw.flip(), from.dtype(), converted.clear(), to.dtype());
      converted.flip().position(skip);
      converted.limit(Math.min(converted.limit(), skip + into.remaining()));
      into.put(converted);
      element += elements;
      skip = 0;
    }
  }

  @Override
  public void pass(String name, long offset, ByteBuffer through, Sink sink) throws IOException {
    TensorInfo to = TensorRange.check(tensors, name, offset, through.remaining());
    TensorInfo from = Objects.requireNonNull(source.tensors().get(name));
    if (from.dtype() == to.dtype()) {
      source.pass(name, offset, through, sink);
    } else {
      TensorSource.super.pass(name, offset, through, sink);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void convert(ByteBuffer from, DType fromType, ByteBuffer to, DType toType) {
    while (from.hasRemaining()) {
      float value =
          switch (fromType) {
            case F32 -> from.getFloat();
            case F16 -> FloatFormat.fromF16(from.getShort());
            case BF16 -> FloatFormat.fromBf16(from.getShort());
            case I64, I32 -> throw new IllegalStateException(fromType + " is not converted");
          };
      switch (toType) {
        case F32 -> to.putFloat(value);
        case F16 -> to.putShort(FloatFormat.toF16(value));
        case BF16 -> to.putShort(FloatFormat.toBf16(value));
        case I64, I32 -> throw new IllegalStateException(toType + " is not converted to");
      }
    }
  }
}
