package io.grpostream.policy.objective;

/** One number per completion from the rewards of several functions. */
public final class RewardCombination {
  private RewardCombination() {}

  /**
   * The weighted sum of the rewards that are there. One that is absent is left out, not counted as
   * 0: it says nothing about the completion.
   *
   * @param weights one per reward function
   * @param rewards one per reward function; NaN where it called the completion unscorable
   * @return Σ weight · reward over those present; NaN (unscorable) if none is
   * @throws IllegalArgumentException if there are not as many weights as rewards
   */
  public static double of(double[] weights, double[] rewards) {
    if (weights.length != rewards.length) {
      throw new IllegalArgumentException(
          rewards.length
              + " rewards for "
              + weights.length
              + " weights; there must be one of each per reward function");
    }
    double sum = 0;
    boolean scored = false;
    for (int f = 0; f < rewards.length; f++) {
      if (!Double.isNaN(rewards[f])) {
        sum += weights[f] * rewards[f];
        scored = true;
      }
    }
    return scored ? sum : Double.NaN;
  }
}
