package io.grpostream.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * At which versions those checkpoints were taken that may be restored: the newest completed ones,
 * and those under way, each of which may be the next. Safe for several threads.
 */
public final class RestorableVersions {
  private final int retained;
  private final Map<Long, Long> underWay = new HashMap<>();
  private final Deque<Long> completed = new ArrayDeque<>();

  /**
   * Without any checkpoint yet.
   *
   * @param retained how many completed checkpoints are kept, at least 1
   */
  public RestorableVersions(int retained) {
    this.retained = Math.max(1, retained);
  }

  /** A checkpoint was restored, and can be again. */
  public synchronized void restored(long version) {
    complete(version);
  }

  /** A checkpoint is being taken of this version. */
  public synchronized void started(long checkpoint, long version) {
    underWay.put(checkpoint, version);
  }

  public synchronized void completed(long checkpoint) {
    Long version = underWay.remove(checkpoint);
    if (version != null) {
      complete(version);
    }
  }

  public synchronized void aborted(long checkpoint) {
    underWay.remove(checkpoint);
  }

  /** The versions; one may come several times. */
  public synchronized Collection<Long> versions() {
    Collection<Long> all = new ArrayList<>(completed);
    all.addAll(underWay.values());
    return all;
  }

  private void complete(long version) {
    completed.addLast(version);
    while (completed.size() > retained) {
      completed.removeFirst();
    }
  }
}
