package io.grpostream.operators;

import io.grpostream.records.TrainingStep;
import java.util.function.Supplier;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * The learner's last step as Flink metrics: what the dashboard and Prometheus show. NaN before the
 * first step.
 */
final class LearnerGauges {
  private volatile @Nullable TrainingStep last;

  LearnerGauges(MetricGroup group, Supplier<Integer> waitingGroups) {
    group.gauge("waitingGroups", waitingGroups::get);
    group.gauge("policyVersion", () -> last == null ? 0L : last.determined().version());
    group.gauge("rewardMean", () -> last == null ? Double.NaN : last.determined().rewardMean());
    group.gauge("trainSeconds", () -> last == null ? Double.NaN : last.observed().trainSeconds());
    group.gauge("staleness", () -> last == null ? 0L : last.observed().staleness());
    for (String metric :
        new String[] {
          "loss",
          "gradNorm",
          "entropy",
          "clipFractionLow",
          "clipFractionHigh",
          "kl",
          "behaviorKl",
          "logprobDeltaMean",
          "logprobDeltaMax",
          "effectiveSampleSize"
        }) {
      group.gauge(metric, () -> metric(metric));
    }
  }

  private double metric(String name) {
    TrainingStep step = last;
    return step == null ? Double.NaN : step.determined().metrics().getOrDefault(name, Double.NaN);
  }

  void show(TrainingStep step) {
    last = step;
  }
}
