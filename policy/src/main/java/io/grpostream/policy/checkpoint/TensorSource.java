package io.grpostream.policy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * Named tensors that can be read piece by piece: a safetensors file, a sharded checkpoint, or a
 * live policy. Bytes are row-major and little-endian.
 */
public interface TensorSource extends AutoCloseable {
  /** All tensors, sorted by name. */
  SortedMap<String, TensorInfo> tensors();

  /**
   * Fills the buffer's remaining bytes from the tensor's bytes starting at {@code offset}.
   *
   * @throws IOException if the bytes cannot be read; never a partial fill
   * @throws IllegalArgumentException if there is no such tensor or the range lies outside it
   */
  void read(String name, long offset, ByteBuffer into) throws IOException;

  /** Takes the next bytes of a tensor, all of them, and keeps none: they may change afterwards. */
  @FunctionalInterface
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  /**
   * Hands as many of the tensor's bytes as the buffer has remaining, starting at {@code offset}, to
   * the sink: through the buffer, or, if they lie in memory as they are read, from there.
   *
   * @throws IOException if the bytes cannot be read, or the sink cannot take them
   * @throws IllegalArgumentException if there is no such tensor or the range lies outside it
   */
  default void pass(String name, long offset, ByteBuffer through, Sink sink) throws IOException {
    ByteBuffer bytes = through.slice();
    read(name, offset, through);
    sink.accept(bytes);
  }

  @Override
  void close() throws IOException;
}
