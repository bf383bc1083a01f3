package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Rejection;

/**
 * The largest record that a configuration can make, from which the limits of topics and producers
 * follow. Every term is an upper bound of what Avro writes.
 *
 * @param prompt limits on a prompt
 * @param groupSize G
 * @param maxTokens most tokens of a completion
 * @param maxTokenBytes most UTF-8 bytes that one token adds to a completion's text
 * @param rewardFunctions how many there are
 * @param batchGroups B
 */
public record RecordLimit(
    PromptLimits prompt,
    int groupSize,
    int maxTokens,
    int maxTokenBytes,
    int rewardFunctions,
    int batchGroups) {
  /** Bytes of text per token that no vocabulary in use is known to exceed. */
  public static final int DEFAULT_TOKEN_BYTES = 256;

  /** A broker takes requests of 104,857,600 bytes (socket.request.max.bytes, by default). */
  static final int LARGEST_REQUEST = 100_000_000;

  /**
   * Names, hashes, counters and framing, the Kafka batch's too, apart from what is counted below.
   */
  private static final int FIXED_BYTES = 8192;

  private static final int INT_BYTES = 5;
  private static final int FLOAT_BYTES = 4;
  private static final int NULLABLE_DOUBLE_BYTES = 9;

  /** Topic, hash and numbers of a trained group. */
  private static final int TRAINED_GROUP_BYTES = 512;

  /** Bytes of the largest record; throws if no broker would take it. */
  public int bytes() {
    long largest = Math.max(rollout(), Math.max(trainingStep(), rejected()));
    if (largest > LARGEST_REQUEST) {
      throw new UserErrorException(
          ("rollout.group-size %d with rollout.max-tokens %d and policy.max-prompt-tokens %d can make a"
                  + " record of %d bytes; a Kafka broker takes at most %d; lower one of them")
              .formatted(groupSize, maxTokens, prompt.maxTokens(), largest, LARGEST_REQUEST));
    }
    return (int) largest;
  }

  /** Also covers a completion's record, which is the same with one completion. */
  private long rollout() {
    long recordAndText = 2L * prompt.maxBytes();
    long promptIds = (long) INT_BYTES * prompt.maxTokens();
    long perToken = INT_BYTES + FLOAT_BYTES + (long) maxTokenBytes;
    long rewardAndAdvantage = NULLABLE_DOUBLE_BYTES * (rewardFunctions + 2L);
    long framing = 64;
    return FIXED_BYTES
        + recordAndText
        + promptIds
        + groupSize * (maxTokens * perToken + rewardAndAdvantage + framing);
  }

  private long trainingStep() {
    long group = TRAINED_GROUP_BYTES + (long) NULLABLE_DOUBLE_BYTES * groupSize;
    return FIXED_BYTES + batchGroups * group;
  }

  private static long rejected() {
    return FIXED_BYTES + 2L * Rejection.MAX_VALUE_BYTES;
  }
}
