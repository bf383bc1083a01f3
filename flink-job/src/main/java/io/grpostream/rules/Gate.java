package io.grpostream.rules;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How many prompts may have a number. "Prompt n is taken from Kafka once n &lt; frontier +
 * (maxStaleness + 1) × B by the newest announcement" of the living lineage; the rest waits as Kafka
 * lag.
 *
 * <p>{@link #take}, {@link #restore}, {@link #snapshot} and {@link #startLineage} belong to the
 * task's thread; {@link #announce} may come from any.
 */
public final class Gate {
  /** For a gate that never ends. */
  public static final long NO_END = Long.MAX_VALUE;

  private static final CompletableFuture<Void> OPEN = CompletableFuture.completedFuture(null);

  /**
   * What a checkpoint holds. Both roll back together with the Kafka offset and with the learner,
   * whose restored frontier is never behind the gate's.
   *
   * @param next the next prompt's number
   * @param frontier numbers below it have an outcome, by the newest announcement
   */
  public record Snapshot(long next, long frontier) {
    /** Of a run that starts. */
    public static final Snapshot START = new Snapshot(0, 0);

    public Snapshot {
      if (next < 0 || frontier < 0 || frontier > next) {
        throw new IllegalArgumentException(
            "next is " + next + " and frontier " + frontier + "; 0 <= frontier <= next must hold");
      }
    }
  }

  private final StalenessGate rule;
  private final long end;
  private long next;
  private long frontier;
  private @Nullable String lineage;
  private @Nullable CompletableFuture<Void> opening;
  private @Nullable Throwable broken;

  /**
   * Makes a gate that stands at number 0 and frontier 0.
   *
   * @param rule how far numbers may run ahead of outcomes
   * @param end no number from here on is ever given (steps × B); {@link #NO_END} if there is none
   */
  public Gate(StalenessGate rule, long end) {
    this.rule = rule;
    this.end = end;
  }

  /** Goes back to what a checkpoint held. */
  public void restore(Snapshot state) {
    CompletableFuture<Void> opened;
    synchronized (this) {
      next = state.next();
      frontier = state.frontier();
      opened = openedFuture();
    }
    complete(opened);
  }

  /** What a checkpoint must hold. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(next, frontier);
  }

  /**
   * Starts this life of the job: from now on announcements of this lineage count, and no others.
   * Told in-band by the one who made the id, because lineages have no order that a topic could
   * show.
   */
  public synchronized void startLineage(String living) {
    lineage = living;
  }

  /**
   * Hears that numbers below {@code announced} have an outcome.
   *
   * @param from the lineage that says so
   * @return whether it counted: it is the living lineage's, and news
   */
  public boolean announce(String from, long announced) {
    CompletableFuture<Void> opened;
    synchronized (this) {
      if (lineage == null || !Lineage.accepts(lineage, from) || announced <= frontier) {
        return false;
      }
      if (announced > next) {
        throw new IllegalStateException(
            "frontier " + announced + " was announced, but prompt " + next + " has no number yet");
      }
      frontier = announced;
      opened = openedFuture();
    }
    complete(opened);
    return true;
  }

  /** Whether the next prompt may have its number. */
  public synchronized boolean isOpen() {
    return next < bound();
  }

  /**
   * The next prompt's number.
   *
   * @throws IllegalStateException if the gate is shut
   */
  public synchronized long take() {
    if (!isOpen()) {
      throw new IllegalStateException(
          "prompt " + next + " came through the gate, which is shut from " + bound() + " on");
    }
    return next++;
  }

  /**
   * Complete if the gate is open; otherwise the one future that completes when it opens. It is the
   * same future until then, because whoever waits may hold on to the first one it was given.
   */
  public synchronized CompletableFuture<Void> whenOpen() {
    if (isOpen() || broken != null) {
      return OPEN;
    }
    if (opening == null) {
      opening = new CompletableFuture<>();
    }
    return opening;
  }

  /** Nothing will be announced any more: whoever waits is woken, to find out by {@link #check}. */
  public void breakWith(Throwable cause) {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      broken = cause;
      waiting = opening;
      opening = null;
    }
    complete(waiting);
  }

  /**
   * Checks that the gate may still open.
   *
   * @throws IllegalStateException if it is broken
   */
  public synchronized void check() {
    if (broken != null) {
      throw new IllegalStateException(
          "following policy versions failed: " + broken.getMessage(), broken);
    }
  }

  private long bound() {
    return Math.min(rule.bound(frontier), end);
  }

  private @Nullable CompletableFuture<Void> openedFuture() {
    if (!isOpen()) {
      return null;
    }
    CompletableFuture<Void> opened = opening;
    opening = null;
    return opened;
  }

  /** Outside the lock: completing runs the callbacks of whoever waits, on this thread. */
  private static void complete(@Nullable CompletableFuture<Void> opened) {
    if (opened != null) {
      opened.complete(null);
    }
  }
}
