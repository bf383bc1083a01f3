package io.grpostream.policy.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The process's threads for what computes. A thread that has computed keeps its OpenMP team until
 * it ends; and where the teams of a process have more threads than there are cores, libgomp lets
 * every one of them spin less while it waits. So what computes in turn, as learner and sampler do
 * in lockstep, shares one thread: a second one would leave a second team behind, and one that is
 * made anew for every piece of work begins without the buffers, and on Linux often without the
 * core, that the one before had.
 *
 * <p>What computes at the same time has threads of its own, of which one stays.
 */
public final class ComputeThreads {
  private static final ComputeThreads PROCESS = new ComputeThreads(Duration.ofSeconds(10));

  private final long keptForNanos;

  /** The thread that waits for work; guarded by this. */
  private @Nullable Computing idle;

  /**
   * @param keptFor how long a thread waits for more work before it ends
   */
  ComputeThreads(Duration keptFor) {
    this.keptForNanos = keptFor.toNanos();
  }

  /** Something that computes. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * Begins the work on a compute thread, which bears this name meanwhile and does not keep the
   * process alive.
   *
   * @return completed once the thread is free for other work, so that what follows gets the same
   *     one; what depends on it runs on that thread, and must be short
   */
  public static <T> CompletableFuture<T> start(String name, Callable<T> work) {
    return PROCESS.begin(name, work);
  }

  /**
   * Does the work on a compute thread and waits for it, even if interrupted: native computing
   * cannot be, and what it computes with must not be closed under it. The interruption is kept.
   *
   * @return what the work returns
   * @throws E what the work throws
   */
  public static <T, E extends Exception> T run(String name, Work<T, E> work) throws E {
    CompletableFuture<T> future = start(name, work::run);
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return future.get();
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

  <T> CompletableFuture<T> begin(String name, Callable<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    Piece piece = new Piece(name, loader, () -> compute(work, future));
    synchronized (this) {
      if (idle != null) {
        idle.next = piece;
        idle = null;
        notifyAll();
        return future;
      }
    }
    Thread thread = new Thread(new Computing(piece), name);
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  /** Computes; the result is told by what this returns, when the thread is free again. */
  private static <T> Runnable compute(Callable<T> work, CompletableFuture<T> future) {
    try {
      T value = work.call();
      return () -> future.complete(value);
    } catch (Throwable e) {
      return () -> future.completeExceptionally(e);
    }
  }

  /**
   * What a thread is given to do.
   *
   * @param loader the context class loader of whoever gave it
   * @param work does it, failures included, and returns what tells of the result
   */
  private record Piece(String name, ClassLoader loader, Supplier<Runnable> work) {}

  private final class Computing implements Runnable {
    /** Guarded by the pool. */
    private @Nullable Piece next;

    Computing(Piece first) {
      this.next = first;
    }

    @Override
    public void run() {
      boolean stays = true;
      while (stays) {
        Piece piece = take();
        if (piece == null) {
          return;
        }
        Thread.currentThread().setName(piece.name());
        Thread.currentThread().setContextClassLoader(piece.loader());
        Runnable tell = piece.work().get();
        // The loader may be that of a job which ends before this thread does.
        Thread.currentThread().setContextClassLoader(ComputeThreads.class.getClassLoader());
        stays = waits();
        tell.run();
      }
    }

    /** Makes this the thread that waits for work; false if there is one already. */
    private boolean waits() {
      synchronized (ComputeThreads.this) {
        if (idle != null) {
          return false;
        }
        idle = this;
        return true;
      }
    }

    /** Null if nothing has come for so long that the thread shall end. */
    private @Nullable Piece take() {
      long end = System.nanoTime() + keptForNanos;
      synchronized (ComputeThreads.this) {
        while (next == null) {
          long left = end - System.nanoTime();
          if (left <= 0) {
            idle = null;
            return null;
          }
          try {
            ComputeThreads.this.wait(left / 1_000_000 + 1);
          } catch (InterruptedException e) {
            // Nobody interrupts these threads to any purpose; work that is due is done.
          }
        }
        Piece taken = next;
        next = null;
        return taken;
      }
    }
  }
}
