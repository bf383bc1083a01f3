package io.grpostream.bench;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.sampling.CounterRandom;
import io.grpostream.policy.sampling.SamplingSettings;
import java.util.Arrays;
import java.util.List;

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
  private static final long SEED = 1;

  public Workload {
    atLeastOne("--prompts", prompts);
    atLeastOne("--group", group);
    atLeastOne("--prompt-tokens", promptTokens);
    atLeastOne("--mu", mu);
  }

  /** The token ids of prompt n, drawn evenly from the vocabulary. */
  public int[] prompt(long number, int vocabulary) {
    int[] ids = new int[promptTokens];
    Arrays.setAll(ids, t -> (int) (CounterRandom.uniform(SEED, number, -1, t) * vocabulary));
    return ids;
  }

  /** How its completions are drawn: from the whole distribution, to lengths in the range. */
  public SamplingSettings sampling() {
    return new SamplingSettings(
            group, completionTokens.most(), 1, false, 0, 1, 0, 1, List.of(), List.of(), SEED)
        .withLengthsFrom(completionTokens.least());
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
