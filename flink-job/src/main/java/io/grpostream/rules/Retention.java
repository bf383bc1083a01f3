package io.grpostream.rules;

import java.io.Serializable;
import java.util.Collection;

/**
 * Which versions the policy store keeps: those that sampling, a restore or an evaluation may still
 * ask for, and those that are to stay for good.
 *
 * @param maxStaleness most versions between sampling and training
 * @param keepEvery every version that is a multiple of this stays for good; 0: none does
 * @param evaluateEvery the newest version that is a multiple of this stays until the next one, so
 *     that it can be evaluated while training goes on; 0: none does
 */
public record Retention(long maxStaleness, long keepEvery, long evaluateEvery)
    implements Serializable {
  public Retention {
    if (maxStaleness < 0 || keepEvery < 0 || evaluateEvery < 0) {
      throw new IllegalArgumentException(
          "retention takes no negative numbers: %d, %d, %d"
              .formatted(maxStaleness, keepEvery, evaluateEvery));
    }
  }

  /**
   * Whether a version stays.
   *
   * @param number the version's
   * @param newest the newest version; it is there already, but may not have been announced yet
   * @param checkpointed the versions at which those checkpoints were taken that may be restored
   */
  public boolean keeps(long number, long newest, Collection<Long> checkpointed) {
    return number >= newest - maxStaleness - 1
        || isMultiple(number, keepEvery)
        || (isMultiple(number, evaluateEvery) && number + evaluateEvery > newest)
        || checkpointed.stream().anyMatch(at -> number <= at && number >= at - maxStaleness);
  }

  private static boolean isMultiple(long number, long of) {
    return of > 0 && number % of == 0;
  }
}
