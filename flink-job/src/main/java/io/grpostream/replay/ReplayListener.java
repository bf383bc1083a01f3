package io.grpostream.replay;

import io.grpostream.records.TrainingStep;

/** Hears how a replay gets on. */
@FunctionalInterface
public interface ReplayListener {
  /**
   * A step has been learned again.
   *
   * @param of steps in the record
   */
  void learned(TrainingStep step, long of);
}
