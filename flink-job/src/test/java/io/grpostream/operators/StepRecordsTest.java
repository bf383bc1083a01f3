package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.training.SamplerMismatch;
import io.grpostream.policy.training.UpdateMetrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of a batch's updates a ledger metric is taken from. */
class StepRecordsTest {
  @Test
  void theMismatchIsThatOfTheFirstPass() {
    List<UpdateMetrics> twoPasses =
        List.of(
            update(1, new SamplerMismatch(1, 0.5, 0.5, 2, 4)),
            update(2, new SamplerMismatch(3, 0.1, 0.05, 3, 3)),
            update(3, new SamplerMismatch(1, 9, 9, 9, 81)),
            update(4, new SamplerMismatch(3, 9, 9, 9, 81)));
    Map<String, Double> metrics = StepRecords.metrics(twoPasses, 2);
    assertMetric(0.15, metrics, "logprobDeltaMean");
    assertMetric(0.5, metrics, "logprobDeltaMax");
    assertMetric(25.0 / 28, metrics, "effectiveSampleSize");
    assertMetric(2.5, metrics, "loss");
  }

  private static void assertMetric(double expected, Map<String, Double> metrics, String name) {
    assertEquals(expected, metrics.getOrDefault(name, Double.NaN), 1e-12, name);
  }

  private static UpdateMetrics update(double loss, SamplerMismatch mismatch) {
    return new UpdateMetrics(loss, 1, 1, 0, 0, 0, 0, 1, mismatch, 1e-6, 4, true);
  }
}
