package io.grpostream.config;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.objective.TruncatedImportance;

/**
 * {@code objective}: the loss. The presets are GRPO as Shao et al. 2024 ("DeepSeekMath") have it,
 * without KL.
 */
public record ObjectiveSection(
    @Key(
            means = "grpo, bnpo, dr_grpo, dapo, cispo, sapo or luspo, as in TRL",
            preset = "grpo",
            decidesBits = true)
        LossType lossType,
    @Key(
            means = "where the importance ratio is taken: none, token or sequence",
            preset = "token",
            decidesBits = true)
        Ratio ratio,
    @Key(means = "whether the ratio is clipped", preset = "true", decidesBits = true) boolean clip,
    @Key(means = "the ratio's lower bound is 1 − clip-low", preset = "0.2", decidesBits = true)
        double clipLow,
    @Key(
            means = "the ratio's upper bound is 1 + clip-high; with cispo it is clip-high itself",
            preset = "0.2",
            decidesBits = true)
        double clipHigh,
    @Key(
            means = "upper bound of the unclipped ratio (two-sided clipping); .inf is off",
            preset = ".inf",
            decidesBits = true)
        double delta,
    @Key(
            means = "coefficient of the KL to the base checkpoint; 0 is off",
            preset = "0",
            decidesBits = true)
        double beta,
    @Key(
            means = "multiply the KL estimate by the importance ratio",
            preset = "false",
            decidesBits = true)
        boolean klUnbiased,
    @Key(
            means = "train on this share of tokens, those of highest entropy; 1 is all",
            preset = "1",
            decidesBits = true)
        double topEntropyQuantile,
    @Key(
            means = "coefficient of the mean token entropy, which is rewarded; 0 is off",
            preset = "0",
            decidesBits = true)
        double entropyBonus,
    @Key(
            means = "leave out completions cut off at rollout.max-tokens",
            preset = "false",
            decidesBits = true)
        boolean maskTruncated,
    @Key(
            means =
                "what advantages are divided by: the deviation of the group, of the batch, or none",
            preset = "group",
            decidesBits = true)
        Advantages.Scale scaleRewards,
    @Key(
            means =
                "weigh the loss by how likely the learner finds what the sampler drew: none, per"
                    + " token, or per sequence",
            preset = "none",
            decidesBits = true)
        TruncatedImportance.Level truncatedImportance,
    @Key(means = "the most that it multiplies a loss by", preset = "3.0", decidesBits = true)
        double truncatedImportanceCap) {
  public ObjectiveSection {
    new Rules()
        .require(
            "clip-low",
            clipLow,
            clipLow > 0 && clipLow < 1,
            "it must be in (0, 1)",
            "0.2 is usual; clip: false turns clipping off")
        .above("clip-high", clipHigh, 0, "0.2 is usual; clip: false turns clipping off")
        .require(
            "delta",
            delta,
            delta > 1 + clipHigh,
            "it must be above 1 + clip-high, which is " + Scalars.text(1 + clipHigh),
            ".inf is off",
            "clip-high")
        .finiteNotNegative("beta", beta, "0 turns the KL term off")
        .require(
            "top-entropy-quantile",
            topEntropyQuantile,
            topEntropyQuantile > 0 && topEntropyQuantile <= 1,
            "it must be in (0, 1]",
            "1 trains on all tokens")
        .finiteNotNegative("entropy-bonus", entropyBonus, "0 turns it off")
        .require(
            "truncated-importance-cap",
            truncatedImportanceCap,
            truncatedImportanceCap >= 1,
            "it must be at least 1",
            "3.0 is usual; truncated-importance: none turns it off")
        .check();
  }

  /**
   * The settings of the loss.
   *
   * @param temperature what sampling divides the logits by
   * @param maxTokens most tokens of a completion
   */
  public ObjectiveSettings settings(double temperature, int maxTokens) {
    return new ObjectiveSettings(
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
        maxTokens,
        new TruncatedImportance(truncatedImportance, truncatedImportanceCap));
  }
}
