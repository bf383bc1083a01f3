package io.grpostream.bench;

import java.util.List;

/**
 * What a measurement of the whole pipeline saw from outside.
 *
 * @param stepSeconds wall time of the steps that count, divided by their number
 * @param trainSeconds of each of these steps: the learner's updates
 * @param publishSeconds of each of these steps: the learner's hashing and writing of its version
 * @param waitSeconds of each of these steps: the learner's wait for its batch
 * @param checkpoints those that completed, over all steps
 */
public record PipelineFigures(
    double stepSeconds,
    List<Double> trainSeconds,
    List<Double> publishSeconds,
    List<Double> waitSeconds,
    List<Checkpoint> checkpoints) {
  /**
   * A checkpoint.
   *
   * @param seconds from its trigger to its end
   * @param syncMillis how long it kept the learner from its work
   */
  public record Checkpoint(long bytes, double seconds, long syncMillis) {}

  public PipelineFigures {
    trainSeconds = List.copyOf(trainSeconds);
    publishSeconds = List.copyOf(publishSeconds);
    waitSeconds = List.copyOf(waitSeconds);
    checkpoints = List.copyOf(checkpoints);
  }

  /** Which share of the pipeline's time the engine does not need, in percent. */
  public double overheadPercent(double engineStepSeconds) {
    return 100 * (1 - engineStepSeconds / stepSeconds);
  }

  /** The middle of some values; 0 of none. */
  public static double median(List<Double> values) {
    return values.isEmpty()
        ? 0
        : Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
