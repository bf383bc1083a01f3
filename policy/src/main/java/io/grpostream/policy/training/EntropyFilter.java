package io.grpostream.policy.training;

import java.util.Arrays;
import java.util.List;

/**
 * Which tokens train when only those with the highest entropy do (Wang et al. 2025, "Beyond the
 * 80/20 Rule", arXiv 2506.01939).
 *
 * @param threshold tokens of at least this entropy (nats) train
 * @param tokens how many those are
 */
record EntropyFilter(double threshold, int tokens) {
  /** Every token trains. */
  static EntropyFilter none(int tokens) {
    return new EntropyFilter(Double.NEGATIVE_INFINITY, tokens);
  }

  /**
   * The share of tokens with the highest entropy: the threshold is the (1 − share) quantile, with
   * linear interpolation, as torch.quantile.
   *
   * @param entropies of the whole minibatch's tokens, in any pieces; at least one token
   */
  static EntropyFilter top(double share, List<float[]> entropies) {
    int total = entropies.stream().mapToInt(piece -> piece.length).sum();
    float[] sorted = new float[total];
    int at = 0;
    for (float[] piece : entropies) {
      System.arraycopy(piece, 0, sorted, at, piece.length);
      at += piece.length;
    }
    Arrays.sort(sorted);
    double rank = (1 - share) * (total - 1);
    int below = (int) rank;
    int above = Math.min(total - 1, below + 1);
    // In fp32, as the tokens' entropies are compared with it.
    float threshold = (float) (sorted[below] + (rank - below) * (sorted[above] - sorted[below]));
    int kept = 0;
    for (float entropy : sorted) {
      kept += entropy >= threshold ? 1 : 0;
    }
    return new EntropyFilter(threshold, kept);
  }
}
