package io.grpostream.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which records have left for a topic and have not been seen there yet. A record shows when its
 * transaction is committed, which is after the checkpoint that covers it; a transaction that was
 * left alone for too long is taken back by the broker, and its records must leave again.
 *
 * <p>An identity says which records are the same one, whichever life of the job made them. After a
 * restore nothing leaves before it is known what the topic holds ({@link #settle}).
 */
public final class Outbox {
  /** What becomes of a record that comes in. */
  public enum Fate {
    /** It is kept, and leaves at once. */
    LEAVES,
    /** It is kept until it is known what the topic holds. */
    WAITS,
    /** It is in the topic, or on its way there. */
    IS_THERE
  }

  /**
   * What a look at the topic has settled.
   *
   * @param there numbers of records that were seen, and need not be kept
   * @param leave numbers of records that leave now, in order
   * @param again how many of these had left before
   */
  public record Settled(List<Long> there, List<Long> leave, int again) {
    public Settled {
      there = List.copyOf(there);
      leave = List.copyOf(leave);
    }
  }

  /** Left before this job's life. */
  private static final long RESTORED = Long.MIN_VALUE;

  /** Has left, no barrier has followed. */
  private static final long OPEN = Long.MAX_VALUE - 1;

  /** Has not left. */
  private static final long WAITING = Long.MAX_VALUE;

  private static final class Kept {
    private final String identity;

    /** The checkpoint whose barrier followed it, or one of the constants. */
    private long barrier;

    Kept(String identity, long barrier) {
      this.identity = identity;
      this.barrier = barrier;
    }
  }

  private final TreeMap<Long, Kept> kept = new TreeMap<>();
  private final Map<String, Long> numbers = new HashMap<>();

  /** In the topic although this life has not made them yet: a later life's that was given up. */
  private final Set<String> ahead;

  private boolean settled;

  private Outbox(Set<String> ahead, boolean settled) {
    this.ahead = new HashSet<>(ahead);
    this.settled = settled;
  }

  /** An empty one of a job that starts. */
  public static Outbox starting() {
    return new Outbox(Set.of(), true);
  }

  /**
   * One that goes on.
   *
   * @param kept the identities of the records that were kept, by number
   * @param ahead identities that are known to be in the topic already
   */
  public static Outbox restored(Map<Long, String> kept, Set<String> ahead) {
    Outbox outbox = new Outbox(ahead, false);
    kept.forEach((number, identity) -> outbox.keep(number, identity, RESTORED));
    return outbox;
  }

  /** Takes a record; numbers rise. */
  public Fate add(long number, String identity) {
    if (numbers.containsKey(identity) || ahead.remove(identity)) {
      return Fate.IS_THERE;
    }
    keep(number, identity, settled ? OPEN : WAITING);
    return settled ? Fate.LEAVES : Fate.WAITS;
  }

  private void keep(long number, String identity, long barrier) {
    kept.put(number, new Kept(identity, barrier));
    numbers.put(identity, number);
  }

  /** A checkpoint's barrier follows everything that has left so far. */
  public void barrier(long checkpoint) {
    for (Kept each : kept.values()) {
      if (each.barrier == OPEN) {
        each.barrier = checkpoint;
      }
    }
  }

  /** Identities that should show once this checkpoint has completed. */
  public Set<String> due(long checkpoint) {
    Set<String> due = new TreeSet<>();
    for (Kept each : kept.values()) {
      if (each.barrier <= checkpoint) {
        due.add(each.identity);
      }
    }
    return due;
  }

  /**
   * Takes what a look at the topic has shown, which began after the checkpoint had completed and
   * went on until all that was due was seen or no transaction of that time was open any more. What
   * was due and was not seen has been taken back.
   */
  public Settled settle(long checkpoint, Collection<String> seen) {
    List<Long> there = new ArrayList<>();
    for (String identity : seen) {
      Long number = numbers.remove(identity);
      if (number != null) {
        kept.remove(number);
        there.add(number);
      } else if (!settled) {
        ahead.add(identity);
      }
    }
    settled = true;
    return leave(checkpoint, there);
  }

  private Settled leave(long checkpoint, List<Long> there) {
    List<Long> leave = new ArrayList<>();
    int again = 0;
    for (Map.Entry<Long, Kept> entry : kept.entrySet()) {
      Kept each = entry.getValue();
      if (each.barrier <= checkpoint || each.barrier == WAITING) {
        again += each.barrier == WAITING ? 0 : 1;
        each.barrier = OPEN;
        leave.add(entry.getKey());
      }
    }
    return new Settled(there, leave, again);
  }

  /** How many records are kept. */
  public int size() {
    return kept.size();
  }

  /** Identities that are in the topic although this life has not made them yet. */
  public Set<String> ahead() {
    return Set.copyOf(ahead);
  }
}
