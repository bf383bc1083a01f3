package io.grpostream.policy.objective;

import java.util.Arrays;

/**
 * How token losses become one number: the weight of each token, which is the same for all tokens of
 * a completion. Weights come from the whole minibatch, so that micro-batches add up to it exactly.
 */
public final class LossWeights {
  private LossWeights() {}

  /**
   * The weight of each completion's tokens. With N completions, of L tokens each:
   *
   * <ul>
   *   <li>GRPO, SAPO: 1 / (N · L), the mean over tokens, then over completions
   *   <li>BNPO, DAPO, CISPO: 1 / ΣL, the mean over all tokens
   *   <li>DR_GRPO: 1 / (N · longest possible L) (Liu et al. 2025, arXiv 2503.20783)
   *   <li>LUSPO: 1 / N, so that longer completions weigh more
   * </ul>
   *
   * @param lengths tokens that count, per completion of the minibatch; 0 for a masked one, which
   *     still counts in N
   */
  public static double[] of(ObjectiveSettings settings, int[] lengths) {
    double completions = lengths.length;
    double tokens = Arrays.stream(lengths).asLongStream().sum();
    return Arrays.stream(lengths)
        .mapToDouble(
            length ->
                switch (settings.lossType()) {
                  case GRPO, SAPO -> 1 / (completions * Math.max(1, length));
                  case BNPO, DAPO, CISPO -> 1 / Math.max(1, tokens);
                  case DR_GRPO -> 1 / (completions * settings.maxCompletionTokens());
                  case LUSPO -> 1 / completions;
                })
        .toArray();
  }
}
