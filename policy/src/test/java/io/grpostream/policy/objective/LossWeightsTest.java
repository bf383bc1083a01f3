package io.grpostream.policy.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import org.junit.jupiter.api.Test;

/** Weights by hand: four completions of 2, 5, 0 (masked) and 1 tokens; at most 10 were possible. */
class LossWeightsTest {
  private static final int[] LENGTHS = {2, 5, 0, 1};

  @Test
  void grpoMeansOverTokensThenCompletions() {
    assertWeights(LossType.GRPO, 1 / 8.0, 1 / 20.0, 1 / 4.0, 1 / 4.0);
    assertWeights(LossType.SAPO, 1 / 8.0, 1 / 20.0, 1 / 4.0, 1 / 4.0);
  }

  @Test
  void tokenMeansDivideByAllTokens() {
    for (LossType type : new LossType[] {LossType.BNPO, LossType.DAPO, LossType.CISPO}) {
      assertWeights(type, 1 / 8.0, 1 / 8.0, 1 / 8.0, 1 / 8.0);
    }
  }

  @Test
  void drGrpoDividesByTheLongestPossible() {
    assertWeights(LossType.DR_GRPO, 1 / 40.0, 1 / 40.0, 1 / 40.0, 1 / 40.0);
    assertThrows(IllegalArgumentException.class, () -> settings(LossType.DR_GRPO, 0));
  }

  @Test
  void luspoDividesByCompletionsOnly() {
    assertWeights(LossType.LUSPO, 1 / 4.0, 1 / 4.0, 1 / 4.0, 1 / 4.0);
  }

  private static void assertWeights(LossType type, double... expected) {
    assertArrayEquals(expected, LossWeights.of(settings(type, 10), LENGTHS), 1e-15);
  }

  private static ObjectiveSettings settings(LossType type, int maxCompletionTokens) {
    return new ObjectiveSettings(
        type,
        Ratio.TOKEN,
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0,
        false,
        1,
        0,
        false,
        1,
        maxCompletionTokens);
  }
}
