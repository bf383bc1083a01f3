package io.grpostream.replay;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What a replay found.
 *
 * @param versions versions that were to come out as recorded
 * @param verified those that did, from the first on
 * @param firstDifference where the first of the others differs; null if all are verified
 * @param sha256 hash of the last version made here
 */
public record ReplayResult(
    long versions, long verified, @Nullable FirstDifference firstDifference, String sha256) {
  /**
   * The first difference.
   *
   * @param step the step, from 0
   * @param field where in its ledger record: {@code sha256}, {@code groups[3].rewards[0]}, …
   * @param recorded the value there
   * @param here the value that came out here
   * @param recordedSha256 hash of the version in the record
   * @param sha256 hash of the version made here
   * @param likeliestCause in words
   */
  public record FirstDifference(
      long step,
      String field,
      JsonNode recorded,
      JsonNode here,
      String recordedSha256,
      String sha256,
      String likeliestCause) {}
}
