package io.grpostream.local;

import io.grpostream.records.TrainingStep;

/** How fast steps come: tokens per second of the newest, seconds left at the mean pace so far. */
final class Pace {
  private final long steps;
  private long firstMillis = -1;
  private long firstStep;
  private long lastMillis = -1;
  private double tokensPerSecond = Double.NaN;
  private double secondsLeft = Double.NaN;

  /**
   * Makes one.
   *
   * @param steps steps of the run; negative for a run without end
   */
  Pace(long steps) {
    this.steps = steps;
  }

  void step(TrainingStep step) {
    long now = step.observed().finishedAtMillis();
    long done = step.determined().version();
    if (firstMillis < 0) {
      firstMillis = now;
      firstStep = done;
    } else {
      tokensPerSecond = step.observed().sampledTokens() / (Math.max(1, now - lastMillis) / 1e3);
      double secondsPerStep = (now - firstMillis) / 1e3 / Math.max(1, done - firstStep);
      secondsLeft = steps < 0 ? Double.NaN : (steps - done) * secondsPerStep;
    }
    lastMillis = now;
  }

  double tokensPerSecond() {
    return tokensPerSecond;
  }

  double secondsLeft() {
    return secondsLeft;
  }

  /** Steps per second between the first step and the last; NaN for fewer than two steps. */
  static double stepsPerSecond(TrainingStep first, TrainingStep last) {
    double seconds =
        (last.observed().finishedAtMillis() - first.observed().finishedAtMillis()) / 1e3;
    long steps = last.determined().step() - first.determined().step();
    return steps == 0 ? Double.NaN : steps / Math.max(1e-3, seconds);
  }
}
