package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ratios count as clipped. */
class UpdateStatisticsTest {
  /** Ratios 0.7, 1.15, 1.3 and 1.6 of four tokens, bounds 0.8 and 1.2 (CISPO: 0.2 alone). */
  @ParameterizedTest
  @CsvSource({
    "GRPO,  1,  Infinity, 0,    0.5",
    "GRPO,  1,  1.5,      0,    0.5",
    "GRPO,  1,  1.1,      0,    0",
    "GRPO,  -1, 1.1,      0.25, 0",
    "CISPO, 1,  1.1,      0,    1",
    "CISPO, -1, Infinity, 0,    0",
    "SAPO,  1,  Infinity, 0,    0"
  })
  void countsAsTrlDoes(LossType type, double advantage, double delta, double low, double high) {
    float[] none = new float[4];
    TrainingCompletion completion =
        new TrainingCompletion(new int[] {5, 6, 7, 8}, none, advantage, false);
    ObjectiveSettings objective =
        new ObjectiveSettings(
            type, Ratio.TOKEN, true, 0.2, 0.2, delta, 0, false, 1, 0, false, 1, 4);
    Minibatch minibatch =
        Minibatch.of(List.of(new TrainingGroup(new int[] {3}, List.of(completion))), objective);
    UpdateStatistics statistics = new UpdateStatistics(objective);
    float[] ratios = {0.7f, 1.15f, 1.3f, 1.6f};
    statistics.add(minibatch.groups(), new TokenMeasures(none, none, none, ratios, none));
    UpdateMetrics metrics = statistics.metrics(0, 0, true);
    assertEquals(low, metrics.clipFractionLow());
    assertEquals(high, metrics.clipFractionHigh());
  }
}
