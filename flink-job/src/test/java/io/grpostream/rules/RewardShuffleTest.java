package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class RewardShuffleTest {
  private static final List<double[]> REWARDS =
      List.of(new double[] {0, 1, 2}, new double[] {3, Double.NaN}, new double[] {5, 6, 7});

  @Test
  void keepsRewardsAndShape() {
    List<double[]> permuted = RewardShuffle.permute(1, 0, REWARDS);
    assertArrayEquals(new int[] {3, 2, 3}, permuted.stream().mapToInt(r -> r.length).toArray());
    assertArrayEquals(sorted(REWARDS), sorted(permuted));
    assertArrayEquals(new double[] {0, 1, 2}, REWARDS.get(0), "the input is left as it is");
  }

  @Test
  void isAFunctionOfSeedAndBatch() {
    assertArrayEquals(flat(1, 0), flat(1, 0));
    assertFalse(Arrays.equals(flat(1, 0), flat(1, 1)));
    assertFalse(Arrays.equals(flat(1, 0), flat(2, 0)));
  }

  @Test
  void bringsEveryRewardToEveryPlaceAlikeOften() {
    int batches = 8_000;
    int[][] seen = new int[8][8];
    List<double[]> places = List.of(new double[] {0, 1, 2, 3}, new double[] {4, 5, 6, 7});
    for (int batch = 0; batch < batches; batch++) {
      List<double[]> permuted = RewardShuffle.permute(7, batch, places);
      for (int place = 0; place < 8; place++) {
        seen[place][(int) permuted.get(place / 4)[place % 4]]++;
      }
    }
    double mean = batches / 8.0;
    for (int[] row : seen) {
      for (int count : row) {
        assertEquals(mean, count, 5 * Math.sqrt(mean), "five deviations of a fair count");
      }
    }
  }

  private static double[] flat(long seed, long batch) {
    return flat(RewardShuffle.permute(seed, batch, REWARDS)).toArray();
  }

  private static DoubleStream flat(List<double[]> groups) {
    return groups.stream().flatMapToDouble(Arrays::stream);
  }

  private static double[] sorted(List<double[]> groups) {
    return flat(groups).sorted().toArray();
  }
}
