package io.grpostream.operators;

import io.grpostream.policy.training.SamplerMismatch;
import io.grpostream.policy.training.UpdateMetrics;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.records.TrainingStep.Observed;
import io.grpostream.records.TrainingStep.TrainedGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Writes a trained batch down as a ledger record. */
final class StepRecords {
  /** Metrics of a step that are the mean over its updates. */
  private static final Map<String, ToDoubleFunction<UpdateMetrics>> METRICS =
      Map.ofEntries(
          Map.entry("loss", UpdateMetrics::loss),
          Map.entry("gradNorm", UpdateMetrics::gradNorm),
          Map.entry("entropy", UpdateMetrics::entropy),
          Map.entry("clipFractionLow", UpdateMetrics::clipFractionLow),
          Map.entry("clipFractionHigh", UpdateMetrics::clipFractionHigh),
          Map.entry("kl", UpdateMetrics::kl),
          Map.entry("behaviorKl", UpdateMetrics::behaviorKl),
          Map.entry("ratioMean", UpdateMetrics::ratioMean),
          Map.entry("learningRate", UpdateMetrics::learningRate));

  private StepRecords() {}

  static TrainingStep of(
      List<Group> batch,
      LearnerProgress before,
      PolicyVersion made,
      LearnerSettings settings,
      StepTimes times) {
    List<UpdateMetrics> updates = before.applied();
    Determined determined =
        new Determined(
            before.nextBatch(),
            made.number(),
            made.sha256(),
            made.parentSha256(),
            settings.configSha256(),
            batch.stream().map(StepRecords::trainedGroup).toList(),
            rewardMean(batch),
            metrics(updates, settings.minibatches().minibatches()),
            (int) updates.stream().filter(UpdateMetrics::stepped).count());
    long parent = made.number() - 1;
    Observed observed =
        new Observed(
            made.lineage(),
            times.finishedAtMillis(),
            times.trainSeconds(),
            times.waitSeconds(),
            times.publishSeconds(),
            updates.stream().mapToLong(UpdateMetrics::tokens).sum(),
            sampledTokens(batch),
            batch.stream().mapToLong(group -> parent - group.policy().number()).max().orElse(0),
            ProcessMemory.peakBytes());
    return new TrainingStep(determined, observed);
  }

  private static TrainedGroup trainedGroup(Group group) {
    return new TrainedGroup(
        group.number(),
        group.prompt().prompt().at(),
        group.policy().number(),
        group.policy().sha256(),
        group.rewards(),
        group.uninformative() ? "uninformative" : "trained");
  }

  private static double rewardMean(List<Group> batch) {
    return batch.stream()
        .flatMapToDouble(group -> Arrays.stream(group.rewards()))
        .filter(reward -> !Double.isNaN(reward))
        .average()
        .orElse(Double.NaN);
  }

  private static long sampledTokens(List<Group> batch) {
    return batch.stream()
        .flatMap(group -> group.completions().stream())
        .mapToLong(scored -> scored.sampled().completion().ids().length)
        .sum();
  }

  /**
   * All metrics of a step.
   *
   * @param firstPass how many of the updates saw their groups for the first time; later ones differ
   *     from the sampler by what was learned, not by rounding alone
   */
  static Map<String, Double> metrics(List<UpdateMetrics> updates, int firstPass) {
    Map<String, Double> metrics = new TreeMap<>();
    METRICS.forEach(
        (name, metric) ->
            metrics.put(name, updates.stream().mapToDouble(metric).average().orElse(Double.NaN)));
    SamplerMismatch mismatch =
        updates.stream()
            .limit(firstPass)
            .map(UpdateMetrics::mismatch)
            .reduce(SamplerMismatch.NONE, SamplerMismatch::plus);
    metrics.put("logprobDeltaMean", mismatch.deltaMean());
    metrics.put("logprobDeltaMax", mismatch.deltaMax());
    metrics.put("effectiveSampleSize", mismatch.effectiveSampleSize());
    return metrics;
  }
}
