package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.training.Trainer;
import io.grpostream.policy.training.TrainingGroup;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import java.util.List;

/**
 * What a batch does to the policy, and the ledger record of it: the updates it gets, in their
 * order. The learner trains by this, and a replay by the very same.
 *
 * <p>One thread at a time calls it; progress changes with the weights, under the trainer's state
 * lock, so that whoever holds that lock sees both of one moment.
 */
public final class BatchTraining {
  private final LearnerSettings settings;
  private final Trainer trainer;
  private volatile LearnerProgress progress;

  /**
   * Goes on from there.
   *
   * @param progress as of the trainer's weights
   */
  public BatchTraining(LearnerSettings settings, Trainer trainer, LearnerProgress progress) {
    this.settings = settings;
    this.trainer = trainer;
    this.progress = progress;
  }

  /** As of the last finished update. Safe from any thread. */
  public LearnerProgress progress() {
    return progress;
  }

  /** Version 0 was made of the base checkpoint. */
  public void started(PolicyVersion base) {
    progress = progress.started(base);
  }

  /**
   * Makes the updates that this batch has not had yet.
   *
   * @param batch the next batch's groups in order of n
   * @throws StoppedException if told to stop; the updates made so far stay
   */
  public void train(List<Group> batch, StopSignal stop) throws StoppedException {
    List<TrainingGroup> inputs = begin(BatchInputs.of(batch, progress.nextBatch(), settings), stop);
    for (int update = progress.applied().size();
        update < settings.minibatches().updates();
        update++) {
      trainer.update(
          settings.minibatches().groupsOf(inputs, update),
          stop,
          metrics -> progress = progress.updated(metrics, trainer.optimizerSteps()));
    }
  }

  /** The batch with its start log-probs, which are state: after an update they are gone. */
  private List<TrainingGroup> begin(List<TrainingGroup> inputs, StopSignal stop)
      throws StoppedException {
    if (progress.applied().isEmpty()) {
      float[] start = trainer.startLogprobs(inputs, stop);
      synchronized (trainer.stateLock()) {
        progress = progress.starting(start);
      }
    }
    return TrainingGroup.startingFrom(inputs, progress.startLogprobs());
  }

  /**
   * The batch is trained and its version made: the next one is due.
   *
   * @return its ledger record
   */
  public TrainingStep finish(List<Group> batch, PolicyVersion made, StepTimes times) {
    TrainingStep step = StepRecords.of(batch, progress, made, settings, times);
    progress = progress.finished(made, Math.toIntExact(settings.rule().maxStaleness()) + 2);
    return step;
  }
}
