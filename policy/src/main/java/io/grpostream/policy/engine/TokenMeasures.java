package io.grpostream.policy.engine;

import java.util.Arrays;

/**
 * What a pass over a batch measured, one number per completion token that counts.
 *
 * @param logprobs under the current policy, temperature applied
 * @param entropies of the distribution that the token was drawn from (nats)
 * @param losses what it added to the loss, weights included
 * @param ratios its importance ratio
 * @param kl its estimate of the KL to the reference; 0 without one
 */
public record TokenMeasures(
    float[] logprobs, float[] entropies, float[] losses, float[] ratios, float[] kl) {
  static TokenMeasures of(NativeTensor rows) {
    float[] flat = rows.floats();
    int tokens = flat.length / 5;
    return new TokenMeasures(
        Arrays.copyOfRange(flat, 0, tokens),
        Arrays.copyOfRange(flat, tokens, 2 * tokens),
        Arrays.copyOfRange(flat, 2 * tokens, 3 * tokens),
        Arrays.copyOfRange(flat, 3 * tokens, 4 * tokens),
        Arrays.copyOfRange(flat, 4 * tokens, 5 * tokens));
  }
}
