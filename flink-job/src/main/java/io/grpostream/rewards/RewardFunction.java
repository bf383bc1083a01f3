package io.grpostream.rewards;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Scores one completion. Must be a pure function of its input, for replay; called by several
 * threads.
 */
@FunctionalInterface
public interface RewardFunction {
  /**
   * The reward, any finite number; empty if this completion cannot be scored (it then counts as
   * absent, not as 0). Throwing has the same effect, and is counted as a failure.
   */
  OptionalDouble score(Input input);

  /**
   * What a reward function sees.
   *
   * @param prompt the prompt's text
   * @param completion the completion's text
   * @param fields what the prompt carried beside its text, such as {@code answer}
   * @param tokens completion tokens
   * @param truncated the completion ended at the length limit
   */
  record Input(
      String prompt,
      String completion,
      Map<String, String> fields,
      int tokens,
      boolean truncated) {}
}
