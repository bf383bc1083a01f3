package io.grpostream.operators;

import io.grpostream.policy.training.UpdateMetrics;
import io.grpostream.records.PolicyVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the learner stands: a value that goes into checkpoints together with the weights it belongs
 * to.
 *
 * @param nextBatch the batch to train next, or being trained
 * @param optimizerSteps optimizer steps in the weights
 * @param applied metrics of the updates that this batch has had so far; they are in the weights
 * @param startLogprobs what the trainer gave for this batch before its first update; empty before,
 *     and without truncated importance sampling
 * @param versions the newest versions, oldest first, the last being number {@code nextBatch}; empty
 *     before version 0 was made
 */
public record LearnerProgress(
    long nextBatch,
    long optimizerSteps,
    List<UpdateMetrics> applied,
    float[] startLogprobs,
    List<PolicyVersion> versions) {
  /** Of a run that starts. */
  public static final LearnerProgress START =
      new LearnerProgress(0, 0, List.of(), new float[0], List.of());

  /** Before the batch's first update. */
  LearnerProgress starting(float[] logprobs) {
    return new LearnerProgress(nextBatch, optimizerSteps, applied, logprobs, versions);
  }

  /** After one more update of the batch. */
  LearnerProgress updated(UpdateMetrics metrics, long steps) {
    List<UpdateMetrics> more = new ArrayList<>(applied);
    more.add(metrics);
    return new LearnerProgress(nextBatch, steps, more, startLogprobs, versions);
  }

  /** After the batch is done and its version made; of the versions the newest {@code keep} stay. */
  LearnerProgress finished(PolicyVersion version, int keep) {
    return new LearnerProgress(
        nextBatch + 1, optimizerSteps, List.of(), new float[0], newest(version, keep));
  }

  /** After version 0 was made from the base checkpoint. */
  LearnerProgress started(PolicyVersion base) {
    return new LearnerProgress(0, optimizerSteps, List.of(), new float[0], List.of(base));
  }

  private List<PolicyVersion> newest(PolicyVersion version, int keep) {
    List<PolicyVersion> all = new ArrayList<>(versions);
    all.add(version);
    return new ArrayList<>(all.subList(Math.max(0, all.size() - keep), all.size()));
  }

  /** The newest version. */
  public PolicyVersion newestVersion() {
    return versions.get(versions.size() - 1);
  }
}
