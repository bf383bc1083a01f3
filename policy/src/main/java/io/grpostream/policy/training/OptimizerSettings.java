package io.grpostream.policy.training;

import java.io.Serializable;

/**
 * AdamW (Loshchilov and Hutter 2019, decoupled weight decay, as torch's) with global-norm clipping
 * and a learning-rate schedule counted in optimizer steps.
 *
 * @param learningRate the rate after warm-up
 * @param schedule how the rate goes on after warm-up
 * @param warmupUpdates steps over which the rate rises linearly: step s (from 0) uses learningRate
 *     · (s + 1) / warmupUpdates
 * @param totalUpdates where linear and cosine reach 0; unused (0) by constant
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled decay per step, times the rate
 * @param maxGradNorm gradients are scaled down to this global L2 norm; infinite is off
 * @param decayNorms norms and biases decay too, as with one torch.optim.AdamW over all parameters;
 *     transformers' Trainer leaves them out
 */
public record OptimizerSettings(
    double learningRate,
    Schedule schedule,
    long warmupUpdates,
    long totalUpdates,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double maxGradNorm,
    boolean decayNorms)
    implements Serializable {
  /** Matrices alone decay, as in transformers' Trainer. */
  public OptimizerSettings(
      double learningRate,
      Schedule schedule,
      long warmupUpdates,
      long totalUpdates,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double maxGradNorm) {
    this(
        learningRate,
        schedule,
        warmupUpdates,
        totalUpdates,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        maxGradNorm,
        false);
  }

  /** The shape of the learning rate after warm-up. */
  public enum Schedule {
    CONSTANT,
    LINEAR,
    COSINE
  }
}
