package io.grpostream.policy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Streams a tensor's bytes a piece at a time, so that no tensor is ever copied whole. */
final class TensorChunks {
  private static final int CHUNK_BYTES = 512 << 10;

  private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);

  /** Hands all bytes of the tensor to the sink, in order. */
  void stream(TensorSource source, TensorInfo tensor, TensorSource.Sink sink) throws IOException {
    long length = tensor.byteLength();
    for (long offset = 0; offset < length; offset += CHUNK_BYTES) {
      buffer.clear().limit((int) Math.min(CHUNK_BYTES, length - offset));
      source.pass(tensor.name(), offset, buffer, sink);
    }
  }
}
