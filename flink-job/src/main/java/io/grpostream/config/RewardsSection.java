package io.grpostream.config;

import io.grpostream.rewards.Rewards;
import java.util.List;

/**
 * {@code rewards}: how completions are scored. Names and options are checked by the functions
 * themselves, when they are made.
 */
public record RewardsSection(
    @Key(
            means =
                "permute rewards within the batch before advantages (a control run that must not"
                    + " learn)",
            preset = "false",
            decidesBits = true)
        boolean shuffle,
    @Key(means = "reward functions; a completion's reward is their weighted sum")
        List<RewardFunctionSection> functions) {
  public RewardsSection {
    functions = List.copyOf(functions);
  }

  /** What the functions are made from. */
  public List<Rewards.Spec> specs() {
    return functions.stream()
        .map(function -> new Rewards.Spec(function.name(), function.weight(), function.options()))
        .toList();
  }
}
