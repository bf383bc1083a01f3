package io.grpostream.records;

/**
 * A sampled answer with its rewards.
 *
 * @param sampled the answer
 * @param rewards one number per configured reward function; NaN where the function called it
 *     unscorable
 * @param reward the weighted sum of those that are there; NaN if none is
 */
public record ScoredCompletion(SampledCompletion sampled, double[] rewards, double reward) {}
