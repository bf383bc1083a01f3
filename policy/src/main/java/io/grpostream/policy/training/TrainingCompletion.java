package io.grpostream.policy.training;

/**
 * One completion to learn from.
 *
 * @param ids its token ids, all of which are predicted and none masked
 * @param behaviorLogprobs one per id, as recorded when sampled
 * @param advantage the same for each of its tokens
 * @param truncated it ended at the length limit; with {@code objective.mask-truncated} its tokens
 *     do not count
 */
public record TrainingCompletion(
    int[] ids, float[] behaviorLogprobs, double advantage, boolean truncated) {}
