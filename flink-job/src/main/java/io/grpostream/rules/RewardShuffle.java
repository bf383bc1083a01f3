package io.grpostream.rules;

import io.grpostream.policy.sampling.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The control experiment {@code rewards.shuffle}: a batch's rewards, unscorable ones too, are
 * permuted among all its completions before advantages, so that they say nothing about what they
 * stand beside. A pure function of seed and batch.
 */
public final class RewardShuffle {
  /** Sampling uses token positions from 0 up, so no random number serves twice. */
  private static final long NO_TOKEN = -1;

  private RewardShuffle() {}

  /**
   * Permutes by Fisher and Yates (Knuth, "The Art of Computer Programming", volume 2, algorithm P).
   *
   * @param seed the run's seed
   * @param batch k
   * @param rewards per group (B), in order of n, one reward per completion (G)
   * @return the same rewards in the same shape, in another order; the input is left as it is
   */
  public static List<double[]> permute(long seed, long batch, List<double[]> rewards) {
    double[] all = rewards.stream().flatMapToDouble(Arrays::stream).toArray();
    for (int i = all.length - 1; i > 0; i--) {
      long bits = CounterRandom.bits(seed, batch, i, NO_TOKEN);
      int j = (int) Long.remainderUnsigned(bits, i + 1L);
      double held = all[i];
      all[i] = all[j];
      all[j] = held;
    }
    List<double[]> permuted = new ArrayList<>(rewards.size());
    int from = 0;
    for (double[] group : rewards) {
      permuted.add(Arrays.copyOfRange(all, from, from + group.length));
      from += group.length;
    }
    return permuted;
  }
}
