package io.grpostream.report;

import io.grpostream.records.TrainingStep;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as curves: one value per measure and step, read in one pass that keeps no step. A step
 * stands at the version it made, which is the number of steps trained by then.
 */
final class StepCurves {
  /** What is drawn of a step. */
  enum Measure {
    REWARD,
    ENTROPY,
    CLIP_LOW,
    CLIP_HIGH,
    BEHAVIOR_KL,
    REFERENCE_KL,
    DELTA_MEAN,
    DELTA_MAX,
    EFFECTIVE_SAMPLE_SIZE,
    STALENESS,
    TOKENS_PER_SECOND,
    LOSS,
    GRADIENT_NORM,
    /** Share of the batch's groups without a gradient. */
    UNINFORMATIVE
  }

  private final Numbers versions = new Numbers();
  private final Map<Measure, Numbers> values = new EnumMap<>(Measure.class);
  private @Nullable TrainingStep last;
  private long firstFinishedAtMillis;

  private StepCurves() {
    for (Measure measure : Measure.values()) {
      values.put(measure, new Numbers());
    }
  }

  static StepCurves read(RunFolder run) throws IOException {
    StepCurves curves = new StepCurves();
    run.forEachStep(curves::add);
    return curves;
  }

  Curve curve(Measure measure) {
    return new Curve(versions.toArray(), numbers(measure).toArray());
  }

  /** Steps in the ledger. */
  int size() {
    return versions.size;
  }

  /** Hash of the last version made; empty without steps. */
  String sha256() {
    return last == null ? "" : last.determined().sha256();
  }

  /** From the end of the first step to that of the last. */
  double seconds() {
    return last == null ? 0 : (last.observed().finishedAtMillis() - firstFinishedAtMillis) / 1e3;
  }

  private void add(TrainingStep step) {
    TrainingStep.Determined determined = step.determined();
    Map<String, Double> metrics = determined.metrics();
    versions.add((double) determined.version());
    put(Measure.REWARD, determined.rewardMean());
    put(Measure.ENTROPY, metrics.get("entropy"));
    put(Measure.CLIP_LOW, metrics.get("clipFractionLow"));
    put(Measure.CLIP_HIGH, metrics.get("clipFractionHigh"));
    put(Measure.BEHAVIOR_KL, metrics.get("behaviorKl"));
    put(Measure.REFERENCE_KL, metrics.get("kl"));
    put(Measure.DELTA_MEAN, metrics.get("logprobDeltaMean"));
    put(Measure.DELTA_MAX, metrics.get("logprobDeltaMax"));
    put(Measure.EFFECTIVE_SAMPLE_SIZE, metrics.get("effectiveSampleSize"));
    put(Measure.STALENESS, (double) step.observed().staleness());
    put(Measure.TOKENS_PER_SECOND, tokensPerSecond(step));
    put(Measure.LOSS, metrics.get("loss"));
    put(Measure.GRADIENT_NORM, metrics.get("gradNorm"));
    put(Measure.UNINFORMATIVE, uninformative(determined));
    firstFinishedAtMillis =
        last == null ? step.observed().finishedAtMillis() : firstFinishedAtMillis;
    last = step;
  }

  private void put(Measure measure, @Nullable Double value) {
    boolean drawable = value != null && Math.abs(value) <= Ticks.LARGEST;
    numbers(measure).add(drawable ? value : Double.NaN);
  }

  private Numbers numbers(Measure measure) {
    return Objects.requireNonNull(values.get(measure));
  }

  /**
   * The batch's sampled tokens over the time since the step before; after a restart, over its own.
   */
  private double tokensPerSecond(TrainingStep step) {
    TrainingStep.Observed now = step.observed();
    double seconds = now.waitSeconds() + now.trainSeconds() + now.publishSeconds();
    if (last != null && last.observed().lineage().equals(now.lineage())) {
      seconds = (now.finishedAtMillis() - last.observed().finishedAtMillis()) / 1e3;
    }
    return seconds > 0 ? now.sampledTokens() / seconds : Double.NaN;
  }

  private static double uninformative(TrainingStep.Determined step) {
    long count =
        step.groups().stream().filter(group -> group.outcome().equals("uninformative")).count();
    return step.groups().isEmpty() ? Double.NaN : count / (double) step.groups().size();
  }

  /** A list of doubles without boxes. */
  private static final class Numbers {
    private double[] values = new double[64];
    private int size;

    void add(double value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    double[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
