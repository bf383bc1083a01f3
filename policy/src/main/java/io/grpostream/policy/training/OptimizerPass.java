package io.grpostream.policy.training;

import java.util.concurrent.CountDownLatch;

/**
 * One pass of the optimizer over all tensors. What is leased while it goes on is what it makes:
 * whoever leases need not wait, whoever reads waits for its end. Safe from any thread.
 */
final class OptimizerPass {
  /** Of tensors that no optimizer has written yet. */
  static final OptimizerPass NONE = new OptimizerPass(true);

  private final CountDownLatch end;
  private volatile boolean succeeded;

  private OptimizerPass(boolean ended) {
    end = new CountDownLatch(ended ? 0 : 1);
    succeeded = ended;
  }

  /** One that has yet to be {@link #run}. */
  static OptimizerPass begun() {
    return new OptimizerPass(false);
  }

  /**
   * Goes on with it, and lets those who wait read.
   *
   * @param optimizer writes the tensors
   */
  void run(Runnable optimizer) {
    try {
      optimizer.run();
      succeeded = true;
    } finally {
      end.countDown();
    }
  }

  /**
   * Waits for its end.
   *
   * @throws IllegalStateException if it failed, and the tensors may be neither old nor new; or if
   *     the thread was interrupted meanwhile
   */
  void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the optimizer", e);
    }
    if (!succeeded) {
      throw new IllegalStateException("the optimizer failed while it wrote the tensors");
    }
  }
}
