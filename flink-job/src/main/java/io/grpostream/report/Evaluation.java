package io.grpostream.report;

/**
 * One measurement on the held-out prompts.
 *
 * @param step steps trained before it; 0 is the base checkpoint
 * @param accuracy share of prompts answered right, 0 to 1
 * @param n held-out prompts
 */
public record Evaluation(long step, double accuracy, int n) {}
