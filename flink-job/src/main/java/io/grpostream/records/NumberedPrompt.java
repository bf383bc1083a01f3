package io.grpostream.records;

/**
 * A prompt with its number n: prompts that decoded and fit are numbered 0, 1, 2, … in Kafka order.
 */
public record NumberedPrompt(long number, Prompt prompt) {}
