package io.grpostream.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a sampler may use, and which one a prompt gets. "Samplers take announcements of
 * their own lineage only"; "in lockstep prompt n samples with exactly version ⌊n/B⌋ − maxStaleness,
 * in live with the newest version".
 *
 * <p>Announcements and the lineage's id come by different ways, so the first may be here before the
 * second: they wait. Nothing of this is checkpointed: a restored learner announces the versions it
 * kept under the new id.
 *
 * @param <V> a version
 */
public final class KnownVersions<V> {
  private final Schedule schedule;
  private final StalenessGate rule;

  /** By number, of every lineage until the living one is known, and of that one from then on. */
  private final Map<String, TreeMap<Long, V>> heard = new HashMap<>();

  private @Nullable String lineage;

  /** Makes one that knows no version and no lineage. */
  public KnownVersions(Schedule schedule, StalenessGate rule) {
    this.schedule = schedule;
    this.rule = rule;
  }

  /** Starts this life of the job: its announcements count, also those that came early. */
  public void startLineage(String living) {
    lineage = living;
    heard.keySet().removeIf(from -> !Lineage.accepts(living, from));
  }

  /**
   * Hears of a version, of whatever lineage. The newest maxStaleness + 1 are kept: a prompt that
   * needs an older one is trained.
   */
  public void announce(String from, long number, V version) {
    if (lineage == null || Lineage.accepts(lineage, from)) {
      TreeMap<Long, V> versions = heard.computeIfAbsent(from, name -> new TreeMap<>());
      versions.put(number, version);
      versions.headMap(versions.lastKey() - rule.maxStaleness()).clear();
    }
  }

  /**
   * Whether prompt n samples with this version as soon as it is announced. Live samples with the
   * newest of those that have been, and awaits none.
   */
  public boolean awaits(String from, long version, long number) {
    return schedule == Schedule.LOCKSTEP
        && lineage != null
        && Lineage.accepts(lineage, from)
        && rule.samplingVersion(number) == version;
  }

  /**
   * The version that samples prompt n, if it has been announced. Live, too, waits for one that
   * keeps the staleness bound: the gate may have heard of a version before this sampler does.
   */
  public Optional<V> versionFor(long number) {
    TreeMap<Long, V> versions = lineage == null ? null : heard.get(lineage);
    if (versions == null) {
      return Optional.empty();
    }
    long least = rule.samplingVersion(number);
    return switch (schedule) {
      case LOCKSTEP -> Optional.ofNullable(versions.get(least));
      case LIVE ->
          versions.lastKey() < least
              ? Optional.empty()
              : Optional.of(versions.lastEntry().getValue());
    };
  }
}
