package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A lease of one checkpoint tensor, which is a run of bytes in a shared tensor. */
final class SharedTensorLease implements TensorLease {
  private final TensorInfo info;
  private final SharedTensor tensor;
  private final long start;
  private final OptimizerPass pass;
  private boolean ended;

  /**
   * Takes the lease.
   *
   * @param start where the tensor's bytes begin
   * @param pass what makes the bytes, or has made them
   */
  SharedTensorLease(TensorInfo info, SharedTensor tensor, long start, OptimizerPass pass) {
    this.info = info;
    this.tensor = tensor;
    this.start = start;
    this.pass = pass;
    tensor.retain();
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  @Override
  public void read(long offset, ByteBuffer into) {
    begin(offset, into.remaining());
    try {
      tensor.read(start + offset, into);
    } finally {
      tensor.release();
    }
  }

  @Override
  public void pass(long offset, ByteBuffer through, TensorSource.Sink sink) throws IOException {
    begin(offset, through.remaining());
    try {
      tensor.pass(start + offset, through.remaining(), sink);
    } finally {
      tensor.release();
    }
  }

  /** Becomes a user of the tensor, once its bytes are made. */
  private void begin(long offset, int length) {
    if (offset < 0 || offset + length > info.byteLength()) {
      throw new IllegalArgumentException(
          String.format(
              "%s has %d bytes; %d from %d on were asked for",
              info.name(), info.byteLength(), length, offset));
    }
    pass.awaitEnd();
    // A reader is a user of its own, so closing meanwhile neither waits nor frees.
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("the lease of " + info.name() + " has ended");
      }
      tensor.retain();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    tensor.release();
  }
}
