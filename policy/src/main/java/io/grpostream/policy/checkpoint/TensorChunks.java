package io.grpostream.policy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Streams a tensor's bytes through one buffer, so that no tensor is ever held whole. */
final class TensorChunks {
  private static final int CHUNK_BYTES = 512 << 10;

  private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);

  /** Takes the next bytes of a tensor; must consume all of them. */
  @FunctionalInterface
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  /** Hands all bytes of the tensor to the sink, in order. */
  void stream(TensorSource source, TensorInfo tensor, Sink sink) throws IOException {
    long length = tensor.byteLength();
    for (long offset = 0; offset < length; offset += CHUNK_BYTES) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, length - offset));
      source.read(tensor.name(), offset, buffer);
      sink.accept(buffer.flip());
    }
  }
}
