package io.grpostream.policy.engine;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Threads for what computes, each for one piece of work. A thread that has computed keeps its
 * OpenMP team until it ends; and where the teams of a process have more threads than there are
 * cores, libgomp lets every one of them spin less while it waits. So what computes in turn, as
 * learner and sampler do in lockstep, must leave no team behind.
 */
public final class ComputeThread {
  private ComputeThread() {}

  /** Something that computes. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /** A thread that has yet to be started, and that does not keep the process alive. */
  public static Thread of(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Does the work on a thread of its own and waits for it, even if interrupted: native computing
   * cannot be, and what it computes with must not be closed under it. The interruption is kept.
   *
   * @return what the work returns
   * @throws E what the work throws
   */
  public static <T, E extends Exception> T run(String name, Work<T, E> work) throws E {
    FutureTask<T> task = new FutureTask<>(work::run);
    Thread thread = of(name, task);
    thread.start();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          thread.join();
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      if (cause instanceof Error error) {
        throw error;
      }
      @SuppressWarnings("unchecked") // The work throws nothing else.
      E thrown = (E) cause;
      throw thrown;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
