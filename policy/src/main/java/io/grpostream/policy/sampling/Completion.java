package io.grpostream.policy.sampling;

/**
 * One sampled answer.
 *
 * @param index i, its place in the group, 0 to G − 1
 * @param ids token ids, the stop token included when one was sampled
 * @param logprobs behavior log-probabilities (natural logarithm, fp32), one per token id: under the
 *     version that sampled, temperature applied
 * @param text the ids decoded without special tokens
 * @param finishReason why it ended
 */
public record Completion(
    int index, int[] ids, float[] logprobs, String text, FinishReason finishReason) {
  public Completion {
    if (ids.length != logprobs.length) {
      throw new IllegalArgumentException(
          "a completion has one log-prob per token, not " + logprobs.length + " for " + ids.length);
    }
  }
}
