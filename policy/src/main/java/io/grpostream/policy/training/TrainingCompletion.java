package io.grpostream.policy.training;

/**
 * One completion to learn from.
 *
 * @param ids its token ids, all of which are predicted and none masked
 * @param behaviorLogprobs one per id, as recorded when sampled
 * @param startLogprobs one per id, what importance ratios are taken against: the behavior
 *     log-probs, or with truncated importance sampling {@link Trainer#startLogprobs}
 * @param advantage the same for each of its tokens
 * @param truncated it ended at the length limit; with {@code objective.mask-truncated} its tokens
 *     do not count
 */
public record TrainingCompletion(
    int[] ids,
    float[] behaviorLogprobs,
    float[] startLogprobs,
    double advantage,
    boolean truncated) {
  /** A completion whose importance ratios are taken against the policy that sampled it. */
  public TrainingCompletion(
      int[] ids, float[] behaviorLogprobs, double advantage, boolean truncated) {
    this(ids, behaviorLogprobs, behaviorLogprobs, advantage, truncated);
  }

  /** With these start log-probs. */
  public TrainingCompletion startingFrom(float[] logprobs) {
    return new TrainingCompletion(ids, behaviorLogprobs, logprobs, advantage, truncated);
  }
}
