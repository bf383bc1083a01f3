package io.grpostream.chaos;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PolicyFeed;
import io.grpostream.kafka.Topics;
import io.grpostream.records.PolicyVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Listens to a run's announcements, from outside the job, and knows when progress was made. */
final class VersionWatch implements PolicyFeed.Listener, AutoCloseable {
  private final PolicyFeed feed;

  /** Versions that a restored learner announces again before it makes new ones. */
  private final int kept;

  /** The run's last version. */
  private final long last;

  private final Map<String, Integer> announcedInLineage = new HashMap<>();

  /** When each version was first announced, by {@link System#nanoTime}; number = index. */
  private final List<Long> heard = new ArrayList<>();

  private long redone;
  private @Nullable Throwable failure;

  VersionWatch(KafkaConnection kafka, Topics topics, int maxStaleness, long last) {
    this.last = last;
    kept = maxStaleness + 2;
    feed = PolicyFeed.follow(kafka, topics, this);
  }

  @Override
  public synchronized void announced(PolicyVersion version) {
    int before = announcedInLineage.merge(version.lineage(), 1, Integer::sum);
    if (version.number() >= heard.size()) {
      while (heard.size() <= version.number()) {
        heard.add(System.nanoTime());
      }
      notifyAll();
    } else if (before > kept) {
      redone++;
    }
  }

  @Override
  public synchronized void failed(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  /** The newest version so far; −1 before the first. */
  synchronized long newest() {
    return heard.size() - 1L;
  }

  /** Versions that were made again after a restore, as far as they were announced. */
  synchronized long redone() {
    return redone;
  }

  /** When a version was first announced, by {@link System#nanoTime}. */
  synchronized long firstHeard(long version) {
    return heard.get(Math.toIntExact(version));
  }

  /**
   * How long a fault kept the run from new versions: until the end of the longest silence that
   * began before the fault's effects must have shown. A version that comes right after a kill was
   * still the dead process's, or another's that had not noticed yet.
   *
   * @param since the fault, by {@link System#nanoTime}
   * @param settled within which its effects show
   * @return empty if nothing new was announced within the patience
   */
  synchronized Optional<Duration> recovery(long since, Duration settled, Duration patience)
      throws InterruptedException {
    while (System.nanoTime() < since + settled.toNanos()) {
      wait(Math.max(1, (since + settled.toNanos() - System.nanoTime()) / 1_000_000));
    }
    if (heard.size() <= last && !await(heard.size(), patience)) {
      return Optional.empty();
    }
    long before = since;
    long longest = 0;
    long end = since;
    for (long at : heard) {
      if (at > since && before < since + settled.toNanos()) {
        if (at - before > longest) {
          longest = at - before;
          end = at;
        }
        before = at;
      }
    }
    return Optional.of(Duration.ofNanos(end - since));
  }

  /** Waits for this version or a newer one; false if the time is over before. */
  synchronized boolean await(long version, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (heard.size() <= version) {
      if (failure != null) {
        throw new IllegalStateException("the policy feed broke off", failure);
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {
    feed.close();
  }
}
