package io.grpostream.rules;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A lineage (one unbroken life of the learner) and its newest versions. "Gate and samplers take
 * announcements of their own lineage only. What a dead lineage sampled is never trained, unless its
 * hash is among the living one's."
 *
 * <p>The versions roll back with the learner, the id does not: to restore one, make it with the new
 * life's id and add the restored {@link #kept}.
 */
public final class Lineage {
  /**
   * A version of this lineage.
   *
   * @param number its number
   * @param sha256 its hash
   */
  public record Version(long number, String sha256) {}

  private final String id;
  private final long keep;
  private final Deque<Version> kept = new ArrayDeque<>();

  /**
   * Makes one without versions.
   *
   * @param id made new for every life of the job
   * @param maxStaleness its newest maxStaleness + 2 versions are kept, as in the policy store
   */
  public Lineage(String id, long maxStaleness) {
    this.id = id;
    this.keep = maxStaleness + 2;
  }

  /** Whether one who lives in lineage {@code living} takes an announcement of {@code from}. */
  public static boolean accepts(String living, String from) {
    return living.equals(from);
  }

  /** This life's id. */
  public String id() {
    return id;
  }

  /**
   * A version was made or restored.
   *
   * @throws IllegalStateException if its number is not one more than the last one's
   */
  public void add(Version version) {
    if (!kept.isEmpty() && version.number() != kept.getLast().number() + 1) {
      throw new IllegalStateException(
          "version "
              + version.number()
              + " was added after version "
              + kept.getLast().number()
              + "; each must be one more than the last");
    }
    kept.addLast(version);
    if (kept.size() > keep) {
      kept.removeFirst();
    }
  }

  /**
   * Whether the learner may train, now, what this version sampled: it is one of the versions kept,
   * by number and by hash, whichever life announced it.
   */
  public boolean mayTrain(long number, String sha256) {
    return kept.contains(new Version(number, sha256));
  }

  /** The newest maxStaleness + 2 versions, oldest first. */
  public List<Version> kept() {
    return List.copyOf(kept);
  }
}
