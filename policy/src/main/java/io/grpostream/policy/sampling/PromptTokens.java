package io.grpostream.policy.sampling;

/**
 * A prompt ready to be sampled from.
 *
 * @param number n, which seeds its random numbers
 * @param ids token ids, at least one
 */
public record PromptTokens(long number, int[] ids) {}
