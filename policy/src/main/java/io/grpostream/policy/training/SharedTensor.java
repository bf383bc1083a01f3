package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.NativeTensor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A native tensor with several users (the trainer and leases); the last one to release it frees its
 * memory. Safe from any thread.
 */
final class SharedTensor {
  private final NativeTensor tensor;
  private int users = 1;

  /** The caller is the first user. */
  SharedTensor(NativeTensor tensor) {
    this.tensor = tensor;
  }

  synchronized void retain() {
    if (users == 0) {
      throw new IllegalStateException("the tensor has been freed");
    }
    users++;
  }

  synchronized void release() {
    users--;
    if (users == 0) {
      tensor.close();
    }
  }

  /** True if someone beside the first user still holds it. */
  synchronized boolean leased() {
    return users > 1;
  }

  /** The tensor itself, for users only. */
  NativeTensor tensor() {
    return tensor;
  }

  /** For users only. */
  void read(long offset, ByteBuffer into) {
    tensor.read(offset, into);
  }

  /** For users only. */
  void pass(long offset, int length, TensorSource.Sink sink) throws IOException {
    tensor.pass(offset, length, sink);
  }
}
