package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.engine.ComputeThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes for an operator, so that the task thread stays free for checkpoint barriers. One job at
 * a time; its result comes back through the mailbox, and only there does the operator's state
 * change. Used from the task thread. It owns what the jobs compute with, and closes it after the
 * last job has ended.
 *
 * <p>Each job has a thread of its own ({@link ComputeThread} says why).
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration USUAL_CLOSE = Duration.ofSeconds(3);

  /** Below Flink's task.cancellation.timeout (180 s), after which it takes the TaskManager down. */
  private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);

  /** A long computation; runs on a thread of the worker's. */
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
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private @Nullable Thread thread;
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
  }

  /** Takes over something that must not be closed while a job computes with it. */
  <T extends AutoCloseable> T owns(T computedWith) {
    owned.push(computedWith);
    return computedWith;
  }

  /** Makes something to own: on such a thread too, and waits for it, at the task's start. */
  <T extends AutoCloseable, E extends Exception> T makes(ComputeThread.Work<T, E> computing)
      throws E {
    return owns(ComputeThread.run(name, computing));
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
    Thread next = ComputeThread.of(name, () -> compute(job, result));
    thread = next;
    next.start();
  }

  private <T> void compute(Job<T> job, Result<T> result) {
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
   * Tells the job to stop, waits for it to end, then closes what the worker owns, the latest first.
   * A job looks at its stop signal between micro-batches and decode steps; one that takes longer
   * than that is worth a warning.
   *
   * @throws IllegalStateException if the thread does not end; what it computes with stays open,
   *     because it must not be freed under it
   */
  @Override
  public void close() throws Exception {
    stopped = true;
    if (!ended(USUAL_CLOSE)) {
      LOG.warn(
          "{} still computes {} s after being told to stop; smaller micro-batches (learner.max-tokens) end sooner",
          name,
          USUAL_CLOSE.toSeconds());
      if (!ended(LONGEST_CLOSE)) {
        throw new IllegalStateException(
            name + " did not end within " + LONGEST_CLOSE.toSeconds() + " s of being told to stop");
      }
    }
    IOUtils.closeAll(owned);
    owned.clear();
  }

  private boolean ended(Duration within) throws InterruptedException {
    Thread last = thread;
    if (last == null) {
      return true;
    }
    last.join(within.toMillis());
    return !last.isAlive();
  }
}
