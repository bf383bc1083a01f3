package io.grpostream.policy.training;

/**
 * How far the learner's log-probs are from the behavior log-probs of the same tokens. At equal
 * versions this is what kernels and number formats alone make of it. Kept as sums, so that several
 * minibatches add up to one.
 *
 * @param tokens completion tokens compared
 * @param deltaSum Σ |current − behavior log-prob|
 * @param deltaMax largest |current − behavior log-prob|
 * @param ratioSum Σ r, with r = exp(current − behavior log-prob) of the token
 * @param ratioSquareSum Σ r²
 */
public record SamplerMismatch(
    long tokens, double deltaSum, double deltaMax, double ratioSum, double ratioSquareSum) {
  /** Of no tokens. */
  public static final SamplerMismatch NONE = new SamplerMismatch(0, 0, 0, 0, 0);

  /** Of these tokens and the other's. */
  public SamplerMismatch plus(SamplerMismatch other) {
    return new SamplerMismatch(
        tokens + other.tokens,
        deltaSum + other.deltaSum,
        Math.max(deltaMax, other.deltaMax),
        ratioSum + other.ratioSum,
        ratioSquareSum + other.ratioSquareSum);
  }

  /** Mean |current − behavior log-prob| (nats); 0 without tokens. */
  public double deltaMean() {
    return deltaSum / Math.max(1, tokens);
  }

  /**
   * The importance ratio's effective sample size as a share of the tokens, (Σ r)² / (n Σ r²) (Kish
   * 1965): 1 if all ratios are equal, 1/n if one outweighs all others; 1 without tokens.
   */
  public double effectiveSampleSize() {
    return ratioSquareSum == 0 ? 1 : ratioSum * ratioSum / (tokens * ratioSquareSum);
  }
}
