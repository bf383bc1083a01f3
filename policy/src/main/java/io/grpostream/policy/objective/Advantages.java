package io.grpostream.policy.objective;

import java.util.Arrays;
import java.util.List;

/**
 * Turns the rewards of a prompt's completions into advantages: how much better each did than its
 * group. Shao et al. 2024, "DeepSeekMath", section 4.1.2 (outcome supervision): (r − mean) / std.
 *
 * <p>Everything is computed in double precision and in two passes, so that seven rewards of 0.95
 * and one of 0 differ from their mean by what they should, and equal rewards by nothing.
 */
public final class Advantages {
  /** Added to the standard deviation, as in TRL. */
  public static final double EPSILON = 1e-4;

  /** A group whose rewards span no more than this share of max(1, |mean|) is uninformative. */
  public static final double UNINFORMATIVE_SPAN = 1e-6;

  /** What the distance from the group's mean is divided by. */
  public enum Scale {
    /** The group's own standard deviation plus {@link #EPSILON}. */
    GROUP,
    /** The standard deviation of all scored rewards of the batch, plus {@link #EPSILON}. */
    BATCH,
    /** Nothing. */
    NONE
  }

  /**
   * A group's advantages.
   *
   * @param advantages one per completion, in the order of the rewards; 0 where unscorable
   * @param uninformative all scored rewards are equal, or fewer than two are scored; every
   *     advantage is then exactly 0
   */
  public record Result(double[] advantages, boolean uninformative) {}

  private Advantages() {}

  /**
   * One group's advantages, scaled by its own standard deviation.
   *
   * @param rewards one per completion (G); NaN is unscorable
   * @throws IllegalArgumentException if a reward is infinite
   */
  public static Result of(double[] rewards) {
    Moments group = Moments.of(List.of(rewards));
    return of(rewards, group, group.deviation() + EPSILON);
  }

  /**
   * The advantages of a batch's groups.
   *
   * @param groups per group (B) one reward per completion (G, which may differ between groups); NaN
   *     is unscorable
   * @param scale what distances from a group's mean are divided by
   * @return one result per group, in the order given
   * @throws IllegalArgumentException if a reward is infinite
   */
  public static List<Result> of(List<double[]> groups, Scale scale) {
    double batchDivisor = Moments.of(groups).deviation() + EPSILON;
    return groups.stream()
        .map(
            rewards ->
                switch (scale) {
                  case GROUP -> of(rewards);
                  case BATCH -> of(rewards, Moments.of(List.of(rewards)), batchDivisor);
                  case NONE -> of(rewards, Moments.of(List.of(rewards)), 1);
                })
        .toList();
  }

  private static Result of(double[] rewards, Moments group, double divisor) {
    double[] advantages = new double[rewards.length];
    boolean uninformative = group.isUninformative();
    if (!uninformative) {
      for (int i = 0; i < rewards.length; i++) {
        advantages[i] = Double.isNaN(rewards[i]) ? 0 : (rewards[i] - group.mean()) / divisor;
      }
    }
    return new Result(advantages, uninformative);
  }

  /**
   * What is known of a set of scored rewards.
   *
   * @param deviation the unbiased standard deviation; 0 of fewer than two
   */
  private record Moments(int count, double mean, double deviation, double span) {
    static Moments of(List<double[]> groups) {
      double[] scored =
          groups.stream().flatMapToDouble(Arrays::stream).filter(r -> !Double.isNaN(r)).toArray();
      double sum = 0;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (double reward : scored) {
        if (Double.isInfinite(reward)) {
          throw new IllegalArgumentException(
              "a reward is " + reward + "; it must be finite, or NaN where unscorable");
        }
        sum += reward;
        min = Math.min(min, reward);
        max = Math.max(max, reward);
      }
      double mean = sum / scored.length;
      double squares = 0;
      for (double reward : scored) {
        squares += (reward - mean) * (reward - mean);
      }
      double deviation = scored.length < 2 ? 0 : Math.sqrt(squares / (scored.length - 1));
      return new Moments(scored.length, mean, deviation, max - min);
    }

    boolean isUninformative() {
      return count < 2 || span <= UNINFORMATIVE_SPAN * Math.max(1, Math.abs(mean));
    }
  }
}
