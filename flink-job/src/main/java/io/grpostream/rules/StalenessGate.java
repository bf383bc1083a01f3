package io.grpostream.rules;

import java.io.Serializable;

/**
 * The one rule that bounds staleness. Prompt n may be numbered while n is below {@link #bound}; in
 * lockstep it samples with exactly {@link #samplingVersion}.
 *
 * @param maxStaleness most versions between sampling and training; 0 is on-policy
 * @param batchGroups B, groups per training step
 */
public record StalenessGate(long maxStaleness, long batchGroups) implements Serializable {
  public StalenessGate {
    if (maxStaleness < 0) {
      throw new IllegalArgumentException(
          "max staleness is " + maxStaleness + "; it must be at least 0");
    }
    if (batchGroups < 1) {
      throw new IllegalArgumentException(
          "batch groups is " + batchGroups + "; it must be at least 1");
    }
  }

  /** Numbers below this may be taken when all numbers below {@code frontier} have an outcome. */
  public long bound(long frontier) {
    return frontier + (maxStaleness + 1) * batchGroups;
  }

  /** In lockstep, the version that samples prompt n: ⌊n/B⌋ − maxStaleness, at least 0. */
  public long samplingVersion(long number) {
    return Math.max(0, Math.floorDiv(number, batchGroups) - maxStaleness);
  }
}
