package io.grpostream.policy.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RewardCombinationTest {
  private static final double[] WEIGHTS = {2, -0.5, 0};

  @Test
  void sumsWeightTimesReward() {
    assertEquals(2 * 3 - 0.5 * 4, RewardCombination.of(WEIGHTS, new double[] {3, 4, 5}));
  }

  @Test
  void leavesAbsentRewardsOut() {
    assertEquals(-2, RewardCombination.of(WEIGHTS, new double[] {Double.NaN, 4, 5}));
    assertEquals(0, RewardCombination.of(WEIGHTS, new double[] {Double.NaN, Double.NaN, 5}));
  }

  @Test
  void isUnscorableIfAllAreAbsent() {
    double[] none = {Double.NaN, Double.NaN, Double.NaN};
    assertTrue(Double.isNaN(RewardCombination.of(WEIGHTS, none)));
    assertTrue(Double.isNaN(RewardCombination.of(new double[0], new double[0])));
  }

  @Test
  void refusesAnotherNumberOfRewardsThanWeights() {
    double[] two = {1, 2};
    assertThrows(IllegalArgumentException.class, () -> RewardCombination.of(WEIGHTS, two));
  }
}
