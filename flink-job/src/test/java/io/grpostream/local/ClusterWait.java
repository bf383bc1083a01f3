package io.grpostream.local;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what a cluster's job does. */
public final class ClusterWait {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private ClusterWait() {}

  /**
   * Waits until it is true, or the job has failed.
   *
   * @param what names it, should it never come true
   */
  public static void await(LocalCluster cluster, String what, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      cluster.check();
      if (System.nanoTime() > end) {
        throw new AssertionError("never came true: " + what);
      }
      Thread.sleep(50);
    }
  }
}
