package io.grpostream.policy.memory;

/**
 * The largest micro-batch of an update: groups with their prompts computed once.
 *
 * @param groups N
 * @param group G, completions per prompt
 * @param promptTokens L
 * @param completionTokens of each completion
 */
public record MicroBatch(int groups, int group, int promptTokens, int completionTokens) {
  /** Attention pads keys to multiples of this; see {@code policy.py}. */
  private static final int KEYS_TOGETHER = 16;

  /**
   * As many whole groups as fit the budget of input tokens, and at least one, as the trainer cuts a
   * minibatch.
   *
   * @param minibatch groups of a minibatch
   * @param maxTokens the budget, {@code learner.max-tokens}
   */
  public static MicroBatch within(
      int maxTokens, int minibatch, int group, int promptTokens, int completionTokens) {
    long tokens = promptTokens + (long) group * completionTokens;
    int groups = (int) Math.max(1, Math.min(minibatch, maxTokens / tokens));
    return new MicroBatch(groups, group, promptTokens, completionTokens);
  }

  long promptRows() {
    return (long) groups * promptTokens;
  }

  /** The last token of a completion is never an input. */
  long completionRows() {
    return (long) groups * group * Math.max(1, completionTokens - 1);
  }

  long rows() {
    return promptRows() + completionRows();
  }

  /** Keys that prompts attend to, with their padding. */
  long promptKeys() {
    return groups * padded(promptTokens);
  }

  /** Keys that completions attend to: each its prompt's and its own, with their padding. */
  long completionKeys() {
    return (long) groups
        * group
        * (padded(promptTokens) + padded(Math.max(1, completionTokens - 1)));
  }

  private static long padded(int keys) {
    return (keys + KEYS_TOGETHER - 1L) / KEYS_TOGETHER * KEYS_TOGETHER;
  }

  /** M. */
  long tokens() {
    return (long) groups * group * completionTokens;
  }
}
