package io.grpostream.policy.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cores of this machine that something of this process keeps busy for a while: a computation, or
 * the hashing of a version. A team waits at every operation for the slowest of its threads, and one
 * that shares its core with other work holds up all: the team does better with a thread less.
 */
public final class BusyCores {
  private static final AtomicInteger TAKEN = new AtomicInteger();

  private BusyCores() {}

  /** One core's work; over when closed. */
  public interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  /** Says that the calling thread keeps a core busy from now on. */
  public static Taken take() {
    TAKEN.incrementAndGet();
    return TAKEN::decrementAndGet;
  }

  /** How many of its threads a team should compute with just now. */
  static int team(int threads) {
    return team(threads, TAKEN.get());
  }

  /** The same of a team whose thread has taken a core itself. */
  static int teamOfBusy(int threads) {
    return team(threads, TAKEN.get() - 1);
  }

  private static int team(int threads, int others) {
    return team(threads, others, Runtime.getRuntime().availableProcessors());
  }

  /**
   * A team of two makes room where cores are short; one thread's bits are two threads'
   * (docs/reproducibility.md). Larger teams stay as they are: of them that has not been measured,
   * and they have less to win.
   *
   * @param threads the most it may have
   * @param others cores that others keep busy
   * @param cores of the machine
   */
  public static int team(int threads, int others, int cores) {
    return threads == 2 && others > 0 && threads + others > cores ? 1 : threads;
  }
}
