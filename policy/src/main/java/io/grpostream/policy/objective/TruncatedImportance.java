package io.grpostream.policy.objective;

import java.io.Serializable;

/**
 * Truncated importance sampling between sampler and learner. The sampler's kernels and number
 * format give a token another probability than the learner's do, even at equal versions. With a
 * level other than {@link Level#NONE} the importance ratio is taken against the learner's own
 * log-probs before the batch's first update (the start log-probs), and each token's loss is
 * multiplied by min(exp(start − behavior log-prob), cap), which has no gradient. KL and entropy
 * bonus stay as they are. Yao et al. 2025, "Your efficient RL framework secretly brings you
 * off-policy RL training"; TRL's {@code token_truncate} and {@code sequence_truncate}.
 *
 * @param level of what the probabilities are compared
 * @param cap the most that a loss is multiplied by
 */
public record TruncatedImportance(Level level, double cap) implements Serializable {
  /** Importance ratios are taken against behavior log-probs, and nothing is multiplied. */
  public static final TruncatedImportance NONE = new TruncatedImportance(Level.NONE, 3.0);

  /** Of what the probabilities are compared. */
  public enum Level {
    /** Of nothing: it is off. */
    NONE,
    /** Of each token. */
    TOKEN,
    /** Of each completion: the product over its tokens. */
    SEQUENCE
  }

  /** Whether start log-probs are needed. */
  public boolean on() {
    return level != Level.NONE;
  }
}
