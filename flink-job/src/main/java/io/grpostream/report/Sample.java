package io.grpostream.report;

/**
 * A completion kept for people to read.
 *
 * @param step steps trained when it was sampled; 0 is the base checkpoint
 * @param prompt the prompt's text
 * @param completion the completion's text
 * @param reward its weighted sum of rewards; NaN if unscorable
 */
public record Sample(long step, String prompt, String completion, double reward) {}
