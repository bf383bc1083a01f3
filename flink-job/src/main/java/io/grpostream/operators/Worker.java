package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread an operator computes on, so that the task thread stays free for checkpoint barriers.
 * One job at a time; its result comes back through the mailbox, and only there does the operator's
 * state change. Used from the task thread. It owns what the jobs compute with, and closes it after
 * the thread has ended.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration USUAL_CLOSE = Duration.ofSeconds(3);

  /** Below Flink's task.cancellation.timeout (180 s), after which it takes the TaskManager down. */
  private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);

  /** A long computation; runs on the worker's thread. */
  @FunctionalInterface
  interface Job<T> {
    T run(StopSignal stop) throws Exception;
  }

  /** What to do with a job's result; runs on the task thread. */
  @FunctionalInterface
  interface Result<T> {
    void accept(T result) throws Exception;
  }

  private final String name;
  private final MailboxExecutor mailbox;
  private final ExecutorService thread;
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private boolean busy;
  private volatile boolean stopped;

  /** The worker of an operator, named as its thread shall be. */
  static Worker of(AbstractStreamOperator<?> operator, String name) {
    return new Worker(
        name,
        operator
            .getContainingTask()
            .getMailboxExecutorFactory()
            .createExecutor(operator.getOperatorConfig().getChainIndex()));
  }

  private Worker(String name, MailboxExecutor mailbox) {
    this.name = name;
    this.mailbox = mailbox;
    this.thread =
        Executors.newSingleThreadExecutor(
            runnable -> {
              Thread made = new Thread(runnable, name);
              made.setDaemon(true);
              return made;
            });
  }

  /** Takes over something that must not be closed while a job computes with it. */
  <T extends AutoCloseable> T owns(T computedWith) {
    owned.push(computedWith);
    return computedWith;
  }

  /** True from {@link #run} until just before its result is accepted. */
  boolean busy() {
    return busy;
  }

  /** Starts a job; a failure of it fails the task. */
  <T> void run(Job<T> job, Result<T> result) {
    if (busy) {
      throw new IllegalStateException(name + " is busy");
    }
    busy = true;
    thread.execute(
        () -> {
          try {
            T value = job.run(() -> stopped);
            mail(name, () -> end(() -> result.accept(value)));
          } catch (StoppedException e) {
            // The task is closing: nothing has taken effect, and nobody waits for a result.
          } catch (Throwable e) {
            mail(
                name,
                () -> {
                  throw new IllegalStateException(name + " failed: " + e.getMessage(), e);
                });
          }
        });
  }

  private void end(ThrowingRunnable<Exception> accept) throws Exception {
    busy = false;
    accept.run();
  }

  /** Has the task thread do something, unless the task is closing; may be called by any thread. */
  void mail(String what, ThrowingRunnable<Exception> action) {
    try {
      mailbox.execute(action, what);
    } catch (RejectedExecutionException e) {
      // The task's mailbox has closed: nobody waits for this.
      LOG.debug("{} came after the end of its task", what);
    }
  }

  /**
   * Tells the job to stop, waits for its thread, then closes what the worker owns, the latest
   * first. A job looks at its stop signal between micro-batches and decode steps; one that takes
   * longer than that is worth a warning.
   *
   * @throws IllegalStateException if the thread does not end; what it computes with stays open,
   *     because it must not be freed under it
   */
  @Override
  public void close() throws Exception {
    stopped = true;
    thread.shutdown();
    if (!thread.awaitTermination(USUAL_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn(
          "{} still computes {} s after being told to stop; smaller micro-batches (learner.max-tokens) end sooner",
          name,
          USUAL_CLOSE.toSeconds());
      if (!thread.awaitTermination(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            name + " did not end within " + LONGEST_CLOSE.toSeconds() + " s of being told to stop");
      }
    }
    IOUtils.closeAll(owned);
    owned.clear();
  }
}
