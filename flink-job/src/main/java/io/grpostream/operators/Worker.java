package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.engine.ComputeThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does an operator's long work, so that the task thread stays free for checkpoint barriers. One job
 * at a time; its result comes back through the mailbox, and only there does the operator's state
 * change. Used from the task thread. It owns what the jobs compute with, and closes it after the
 * last job has ended.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration USUAL_CLOSE = Duration.ofSeconds(3);

  /** Below Flink's task.cancellation.timeout (180 s), after which it takes the TaskManager down. */
  private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);

  /** A long piece of work; runs beside the task thread. */
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
  private @Nullable CompletableFuture<?> last;
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

  /** Makes something to own on a compute thread, and waits for it, at the task's start. */
  <T extends AutoCloseable, E extends Exception> T makes(ComputeThreads.Work<T, E> computing)
      throws E {
    return owns(ComputeThreads.run(name, computing));
  }

  /** True from the start of a job until just before its result is accepted. */
  boolean busy() {
    return busy;
  }

  /**
   * Starts a job that computes, on one of the {@link ComputeThreads}; its failure fails the task.
   */
  <T> void compute(Job<T> job, Result<T> result) {
    start(ComputeThreads::start, job, result);
  }

  /**
   * Starts a job that waits more than it computes, on a thread of its own, so that it keeps no
   * compute thread from those that need one; its failure fails the task.
   */
  <T> void run(Job<T> job, Result<T> result) {
    start(Worker::onThreadOfItsOwn, job, result);
  }

  /** How a job begins; its future may be completed on the thread that did it. */
  @FunctionalInterface
  private interface Place {
    <T> CompletableFuture<T> start(String name, Callable<T> work);
  }

  private static <T> CompletableFuture<T> onThreadOfItsOwn(String name, Callable<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                future.complete(work.call());
              } catch (Throwable e) {
                future.completeExceptionally(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private <T> void start(Place place, Job<T> job, Result<T> result) {
    if (busy) {
      throw new IllegalStateException(name + " is busy");
    }
    busy = true;
    last =
        place
            .start(name, () -> job.run(() -> stopped))
            .whenComplete((value, failure) -> done(value, failure, result));
  }

  private <T> void done(T value, @Nullable Throwable failure, Result<T> result) {
    if (failure == null) {
      mail(name, () -> end(() -> result.accept(value)));
    } else if (!(failure instanceof StoppedException)) {
      mail(
          name,
          () -> {
            throw new IllegalStateException(name + " failed: " + failure.getMessage(), failure);
          });
    } // Otherwise the task is closing: nothing has taken effect, and nobody waits for a result.
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
   * A job looks at its stop signal between layers and decode steps; one that takes longer than that
   * is worth a warning.
   *
   * @throws IllegalStateException if the job does not end; what it computes with stays open,
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
    CompletableFuture<?> job = last;
    if (job == null) {
      return true;
    }
    try {
      job.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
