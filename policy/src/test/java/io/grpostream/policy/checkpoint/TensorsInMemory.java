package io.grpostream.policy.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** A few small tensors to test with. */
final class TensorsInMemory implements TensorSource {
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private final Map<String, ByteBuffer> bytes = new HashMap<>();
  private boolean closed;

  TensorsInMemory floats(String name, List<Long> shape, float... values) {
    ByteBuffer buffer = littleEndian(4 * values.length);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return add(new TensorInfo(name, DType.F32, shape), buffer);
  }

  TensorsInMemory shorts(String name, DType dtype, short... bits) {
    ByteBuffer buffer = littleEndian(2 * bits.length);
    for (short value : bits) {
      buffer.putShort(value);
    }
    return add(new TensorInfo(name, dtype, List.of((long) bits.length)), buffer);
  }

  TensorsInMemory longs(String name, long... values) {
    ByteBuffer buffer = littleEndian(8 * values.length);
    for (long value : values) {
      buffer.putLong(value);
    }
    return add(new TensorInfo(name, DType.I64, List.of((long) values.length)), buffer);
  }

  private TensorsInMemory add(TensorInfo info, ByteBuffer content) {
    tensors.put(info.name(), info);
    bytes.put(info.name(), content.flip());
    return this;
  }

  TensorsInMemory without(String name) {
    tensors.remove(name);
    bytes.remove(name);
    return this;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    TensorRange.check(tensors, name, offset, into.remaining());
    into.put(Objects.requireNonNull(bytes.get(name)).slice((int) offset, into.remaining()));
  }

  @Override
  public void close() {
    closed = true;
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
