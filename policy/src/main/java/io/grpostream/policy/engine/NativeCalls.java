package io.grpostream.policy.engine;

import ai.djl.pytorch.jni.TorchBridge;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;

/**
 * Runs the program's methods, and keeps the process from ending in the middle of one. A process
 * that ends destroys the native library's globals, and a thread that still computes with them
 * crashes: a signal would leave a crash report instead of an exit status.
 */
final class NativeCalls {
  /** The longest calls are a micro-batch's layer or head, and an optimizer step. */
  private static final long LONGEST_SECONDS = 10;

  /** Shared by calls; whoever ends the process takes it for good. */
  private static final ReadWriteLock GOING_ON = new ReentrantReadWriteLock();

  static {
    // From the first call on the process ends between calls, and calls that come later wait for it.
    Runtime.getRuntime().addShutdownHook(new Thread(NativeCalls::awaitLast, "native-calls"));
  }

  private NativeCalls() {}

  /** Loads the library, which is a call like others. */
  static void load() {
    during(
        () -> {
          TorchBridge.loadLibrary();
          return 0;
        });
  }

  /** Returns in any case: a process must not hang because a call does. */
  private static void awaitLast() {
    try {
      boolean unused = GOING_ON.writeLock().tryLock(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a module's method; see {@link TorchBridge#run}. */
  static long run(long module, String method, long[] values) {
    return during(() -> TorchBridge.run(module, method, values));
  }

  private static long during(LongSupplier call) {
    GOING_ON.readLock().lock();
    try {
      return call.getAsLong();
    } finally {
      GOING_ON.readLock().unlock();
    }
  }
}
