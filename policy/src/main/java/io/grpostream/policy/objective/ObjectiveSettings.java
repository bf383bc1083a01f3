package io.grpostream.policy.objective;

import java.io.Serializable;

/**
 * The loss. The default is GRPO's (Shao et al. 2024, "DeepSeekMath", equation 3, without KL):
 * −min(r·A, clip(r, 1 − clipLow, 1 + clipHigh)·A), averaged over a completion's tokens and then
 * over completions.
 *
 * @param lossType how token losses are averaged and bounded (names as in TRL)
 * @param ratio where the importance ratio is taken
 * @param clip whether the ratio is clipped
 * @param clipLow the ratio's lower bound is 1 − clipLow
 * @param clipHigh the ratio's upper bound is 1 + clipHigh; for CISPO it is clipHigh itself
 * @param delta with a finite value the unclipped term uses min(r, delta) (two-sided clipping,
 *     INTELLECT-2); infinite is off
 * @param beta coefficient of the KL to the reference policy; 0 is off
 * @param klUnbiased multiply the k3 estimate by the importance ratio (TRL's use_bias_correction_kl)
 * @param topEntropyQuantile train only on this share of tokens, those with the highest entropy
 *     (forking tokens); 1 is all
 * @param entropyBonus coefficient of the mean token entropy, which is added to the objective; 0 is
 *     off
 * @param maskTruncated leave out completions that ended at the length limit
 * @param temperature divides the logits, as it did when sampling
 * @param maxCompletionTokens the longest a completion can be; only DR_GRPO reads it (it divides by
 *     that instead of by the actual length), and there it must be positive
 * @param truncatedImportance what is done about a sampler that computes other log-probs than the
 *     learner
 */
public record ObjectiveSettings(
    LossType lossType,
    Ratio ratio,
    boolean clip,
    double clipLow,
    double clipHigh,
    double delta,
    double beta,
    boolean klUnbiased,
    double topEntropyQuantile,
    double entropyBonus,
    boolean maskTruncated,
    double temperature,
    int maxCompletionTokens,
    TruncatedImportance truncatedImportance)
    implements Serializable {
  public ObjectiveSettings {
    if (lossType == LossType.DR_GRPO && maxCompletionTokens <= 0) {
      throw new IllegalArgumentException(
          "maxCompletionTokens is " + maxCompletionTokens + "; dr_grpo needs a positive number");
    }
  }

  /** A loss without truncated importance sampling. */
  public ObjectiveSettings(
      LossType lossType,
      Ratio ratio,
      boolean clip,
      double clipLow,
      double clipHigh,
      double delta,
      double beta,
      boolean klUnbiased,
      double topEntropyQuantile,
      double entropyBonus,
      boolean maskTruncated,
      double temperature,
      int maxCompletionTokens) {
    this(
        lossType,
        ratio,
        clip,
        clipLow,
        clipHigh,
        delta,
        beta,
        klUnbiased,
        topEntropyQuantile,
        entropyBonus,
        maskTruncated,
        temperature,
        maxCompletionTokens,
        TruncatedImportance.NONE);
  }

  /** How token losses become one number. */
  public enum LossType {
    GRPO,
    BNPO,
    DR_GRPO,
    DAPO,
    CISPO,
    SAPO,
    LUSPO
  }

  /**
   * Where the importance ratio is taken: nowhere (−A · log p), per token, or per sequence (GSPO).
   */
  public enum Ratio {
    NONE,
    TOKEN,
    SEQUENCE
  }

  /** The seed's objective: GRPO with token ratios clipped at 0.2 and no KL. */
  public static ObjectiveSettings grpo() {
    return new ObjectiveSettings(
        LossType.GRPO,
        Ratio.TOKEN,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0.0,
        false,
        1.0,
        0.0,
        false,
        1.0,
        0);
  }
}
