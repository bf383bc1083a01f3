package io.grpostream.policy.training;

/**
 * What one update measured. Means are over the minibatch's unmasked completion tokens unless said
 * otherwise.
 *
 * @param loss the objective's value before the update
 * @param gradNorm global L2 norm before clipping
 * @param entropy mean entropy of the distribution (nats, temperature applied)
 * @param clipFractionLow share of ratios clipped from below (under 1 − clip-low with a negative
 *     advantage); there is one ratio per token, or with sequence ratios one per completion
 * @param clipFractionHigh share of ratios clipped from above (over 1 + clip-high with a positive
 *     advantage)
 * @param kl mean k3 estimate of KL(current ‖ reference); 0 when beta is 0
 * @param behaviorKl mean of r − 1 − log r, r the importance ratio: how far the policy has moved
 *     from the one that sampled
 * @param ratioMean mean importance ratio
 * @param mismatch what the learner's log-probs and the behavior log-probs make of the same tokens
 * @param learningRate the rate this update used
 * @param tokens completion tokens trained on
 * @param stepped false if every gradient was zero by construction and the optimizer made no step
 */
public record UpdateMetrics(
    double loss,
    double gradNorm,
    double entropy,
    double clipFractionLow,
    double clipFractionHigh,
    double kl,
    double behaviorKl,
    double ratioMean,
    SamplerMismatch mismatch,
    double learningRate,
    long tokens,
    boolean stepped) {}
