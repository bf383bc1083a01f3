package io.grpostream.local;

import io.grpostream.records.TrainingStep;
import io.grpostream.report.Evaluation;
import io.grpostream.report.RunSummary;
import java.net.URI;
import java.nio.file.Path;

/** What a person, or a program, is told while a local run goes on. Called from one thread. */
public interface RunProgress {
  /** Broker, cluster and job are up. */
  void started(URI dashboard, Path runFolder, double startupSeconds);

  /**
   * A step has been trained.
   *
   * @param tokensPerSecond tokens sampled per second since the step before
   * @param secondsLeft until the last step, at the pace of the steps so far; NaN for a run without
   *     end
   */
  void step(TrainingStep step, double tokensPerSecond, double secondsLeft);

  /** Held-out accuracy was measured. */
  void evaluated(Evaluation evaluation);

  /**
   * Several checkpoints in a row could not be written; the run goes on.
   *
   * @param why what Flink says about the last of them
   */
  void checkpointsFail(String why);

  /** After that, one has been written. */
  void checkpointsWorkAgain();

  /** The run is being stopped: with a savepoint, workers joined. */
  void stopping();

  /** Everything is written. */
  void finished(RunSummary summary);
}
