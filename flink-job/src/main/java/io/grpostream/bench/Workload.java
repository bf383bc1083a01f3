package io.grpostream.bench;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.ModelConfig;

/**
 * What one training step of a measurement does.
 *
 * @param prompts prompts per step
 * @param group completions per prompt
 * @param promptTokens tokens of each prompt
 * @param completionTokens tokens of each completion; a range is drawn from by the seed
 * @param mu updates per step, all on the same completions
 */
public record Workload(
    int prompts, int group, int promptTokens, TokenRange completionTokens, int mu) {
  public Workload {
    atLeastOne("--prompts", prompts);
    atLeastOne("--group", group);
    atLeastOne("--prompt-tokens", promptTokens);
    atLeastOne("--mu", mu);
  }

  private static void atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UserErrorException(option + " is " + value + "; it must be at least 1");
    }
  }

  /** Completions per step. */
  public int rows() {
    return Math.multiplyExact(prompts, group);
  }

  /**
   * Refuses what the model has no positions for.
   *
   * @throws UserErrorException if prompt and longest completion do not fit
   */
  public void checkFits(ModelConfig config) {
    if (promptTokens + completionTokens.most() > config.maxPositions()) {
      throw new UserErrorException(
          String.format(
              "--prompt-tokens is %d and --completion-tokens %s; together they must fit the model's"
                  + " %d positions",
              promptTokens, completionTokens, config.maxPositions()));
    }
  }
}
