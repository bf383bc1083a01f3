package io.grpostream.records;

import java.util.List;

/**
 * The G scored completions of one prompt, by index, with their advantages.
 *
 * @param prompt the prompt
 * @param policy the version that sampled all of them
 * @param completions G of them, index 0 to G − 1
 * @param advantages one per completion; all 0 in an uninformative group
 * @param uninformative all rewards equal, or fewer than two scored
 */
public record Group(
    NumberedPrompt prompt,
    PolicyRef policy,
    List<ScoredCompletion> completions,
    double[] advantages,
    boolean uninformative) {
  public long number() {
    return prompt.number();
  }

  /** One per completion, by index; NaN where unscorable. */
  public double[] rewards() {
    return completions.stream().mapToDouble(ScoredCompletion::reward).toArray();
  }
}
