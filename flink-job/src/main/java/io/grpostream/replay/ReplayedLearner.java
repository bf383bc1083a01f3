package io.grpostream.replay;

import io.grpostream.config.RunConfig;
import io.grpostream.job.PolicyFactory;
import io.grpostream.job.TrainingJob;
import io.grpostream.operators.BatchTraining;
import io.grpostream.operators.LearnerProgress;
import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.Seat;
import io.grpostream.operators.StepTimes;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.training.LeasedTensors;
import io.grpostream.policy.training.TensorLease;
import io.grpostream.policy.training.Trainer;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import java.io.IOException;
import java.util.List;

/** The learner without a job around it: the same trainer and updates, batch after batch. */
final class ReplayedLearner implements AutoCloseable {
  private static final String LINEAGE = "replay";

  private final String run;
  private LearnerSettings settings;
  private Trainer trainer;
  private BatchTraining training;

  /** At version 0, which is the configured base checkpoint's. */
  ReplayedLearner(RunConfig config, String run) throws IOException {
    this.run = run;
    this.settings = TrainingJob.learner(config, run);
    this.trainer = PolicyFactory.of(config).trainer(Seat.ALONE);
    this.training = new BatchTraining(settings, trainer, LearnerProgress.START);
    training.started(version(0, ""));
  }

  /** The version of the weights as they are. */
  PolicyVersion newest() {
    return training.progress().newestVersion();
  }

  /** The weights as they are; the caller closes them. */
  TensorSource weights() {
    return trainer.weights();
  }

  /** Trains a batch; its ledger record. */
  TrainingStep learn(List<Group> batch, StopSignal stop) throws IOException, StoppedException {
    long started = System.nanoTime();
    training.train(batch, stop);
    long trained = System.nanoTime();
    PolicyVersion parent = newest();
    PolicyVersion made = version(parent.number() + 1, parent.sha256());
    StepTimes times =
        new StepTimes(
            0,
            (trained - started) / 1e9,
            (System.nanoTime() - trained) / 1e9,
            System.currentTimeMillis());
    return training.finish(batch, made, times);
  }

  /** Goes on by another configuration, from the weights and moments there are. */
  void goOnBy(RunConfig config) throws IOException {
    Trainer next = PolicyFactory.of(config).trainer(Seat.ALONE);
    List<TensorLease> leases;
    synchronized (trainer.stateLock()) {
      leases = trainer.lease();
    }
    try (LeasedTensors state = new LeasedTensors(leases, "")) {
      next.restore(state, trainer.optimizerSteps());
    }
    trainer.close();
    trainer = next;
    settings = TrainingJob.learner(config, run);
    training = new BatchTraining(settings, next, training.progress());
  }

  private PolicyVersion version(long number, String parentSha256) throws IOException {
    try (TensorSource weights = trainer.weights()) {
      return new PolicyVersion(
          run,
          LINEAGE,
          number,
          PolicyHash.sha256(weights),
          parentSha256,
          "",
          settings.batches().first(number));
    }
  }

  @Override
  public void close() {
    trainer.close();
  }
}
