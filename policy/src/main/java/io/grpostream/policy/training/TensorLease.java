package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A tensor's bytes as they were when leased. The optimizer leaves leased bytes alone: it goes on in
 * a copy. Reading and releasing are safe from any thread; the last release of bytes that have been
 * replaced frees their native memory.
 */
public interface TensorLease extends AutoCloseable {
  /**
   * Name (with its role: {@code weights/NAME}, {@code exp_avg/NAME}, {@code exp_avg_sq/NAME}),
   * dtype F32 and shape.
   */
  TensorInfo info();

  /**
   * Fills the buffer's remaining bytes from {@code offset}. Where the optimizer was at work when
   * the lease was taken, it waits for the end of that.
   *
   * @throws IllegalStateException if the lease has ended, or the optimizer failed
   */
  void read(long offset, ByteBuffer into);

  /**
   * Hands as many bytes as the buffer has remaining, from {@code offset}, to the sink: through the
   * buffer, or from where they lie. It waits as {@link #read} does.
   *
   * @throws IllegalStateException if the lease has ended, or the optimizer failed
   * @throws IOException if the sink cannot take them
   */
  default void pass(long offset, ByteBuffer through, TensorSource.Sink sink) throws IOException {
    ByteBuffer bytes = through.slice();
    read(offset, through);
    sink.accept(bytes);
  }

  /**
   * Ends the lease; again is harmless. While another thread reads, the memory stays until it is
   * done.
   */
  @Override
  void close();
}
