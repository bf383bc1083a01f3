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

  @Override
  void close() throws IOException;
}
