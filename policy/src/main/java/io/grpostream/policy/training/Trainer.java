package io.grpostream.policy.training;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The policy being trained: fp32 master weights, AdamW's two moments, the count of optimizer steps.
 * One thread updates; another may lease at any time.
 *
 * <p>Weights and moments change only in the optimizer pass at the end of {@link #update}. It begins
 * under {@link #stateLock()}, and from then on they count as changed: whoever holds that lock sees
 * a whole number of updates, and whoever reads what was leased meanwhile waits for the pass's end.
 */
public interface Trainer extends AutoCloseable {
  /**
   * One update: forward and backward over the minibatch in micro-batches, then clipping and one
   * AdamW step. A minibatch whose loss has no gradient (all advantages zero and beta 0 and no
   * entropy bonus) is measured but not stepped.
   *
   * @param minibatch consecutive whole groups
   * @param applied called under {@link #stateLock()} when the weights count as changed, so that a
   *     caller's own counters change with them
   * @throws StoppedException if told to stop before the optimizer pass; weights are as before
   */
  UpdateMetrics update(
      List<TrainingGroup> minibatch, StopSignal stop, Consumer<UpdateMetrics> applied)
      throws StoppedException;

  /**
   * What a batch's importance ratios are taken against where it is not the behavior log-probs: with
   * truncated importance sampling, the log-probs under the weights as they are before the batch's
   * first update, by one forward pass.
   *
   * @param batch all groups of the batch
   * @return one per completion token, by group, completion and token, masked ones included; empty
   *     without truncated importance sampling
   * @throws StoppedException if told to stop
   */
  float[] startLogprobs(List<TrainingGroup> batch, StopSignal stop) throws StoppedException;

  /** Held when an optimizer pass begins, but not until its end. */
  Object stateLock();

  /** Optimizer steps so far. Read under {@link #stateLock()}. */
  long optimizerSteps();

  /** Leases every weight and moment, in a fixed order. Call under {@link #stateLock()}. */
  List<TensorLease> lease();

  /**
   * The trained tensors as they are now, by Hugging Face name. Valid until the next update; close
   * to release.
   */
  TensorSource weights();

  /** Offers the weights as they are now to others in this process. */
  WeightsOffer offer();

  /**
   * Puts back weights and moments (names as {@link TensorLease#info()} gives them) and the count of
   * optimizer steps.
   */
  void restore(TensorSource state, long optimizerSteps) throws IOException;

  @Override
  void close();
}
