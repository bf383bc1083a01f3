package io.grpostream.evaluation;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.records.Prompt;
import io.grpostream.rewards.RewardFunction;
import io.grpostream.rewards.Rewards;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a policy: one completion of each prompt, drawn as the settings say (greedily, as a
 * rule), scored by the reward functions.
 */
public final class Evaluation {
  /** Prompts that decode together: enough for the matrix products, few enough for the memory. */
  private static final int BLOCK = 128;

  private final List<Prompt> prompts;
  private final Rewards rewards;
  private final SamplingSettings settings;

  /**
   * What was measured.
   *
   * @param accuracy share of the prompts whose completion gets 1 or more from the first reward
   *     function; one that it calls unscorable counts as wrong
   * @param meanReward mean weighted reward over the completions that could be scored; NaN if none
   *     could
   * @param completions one per prompt, in the order of the prompts
   */
  public record Result(double accuracy, double meanReward, List<Scored> completions) {
    /** How many prompts were asked. */
    public int n() {
      return completions.size();
    }
  }

  /** One completion with its weighted reward (NaN if unscorable) and whether it counts as right. */
  public record Scored(Prompt prompt, Completion completion, double reward, boolean right) {}

  /**
   * An evaluation that can be repeated, with one policy after another.
   *
   * @param prompts at least one
   * @param settings one completion per prompt
   */
  public Evaluation(List<Prompt> prompts, Rewards rewards, SamplingSettings settings) {
    if (prompts.isEmpty() || settings.groupSize() != 1) {
      throw new IllegalArgumentException("an evaluation needs prompts, and one completion of each");
    }
    this.prompts = List.copyOf(prompts);
    this.rewards = rewards;
    this.settings = settings;
  }

  /**
   * Measures the policy whose weights the sampler has loaded.
   *
   * @throws StoppedException if told to stop before the end
   */
  public Result measure(Sampler sampler, StopSignal stop) throws StoppedException {
    List<Scored> scored = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += BLOCK) {
      List<PromptTokens> block = new ArrayList<>();
      for (int n = from; n < Math.min(from + BLOCK, prompts.size()); n++) {
        block.add(new PromptTokens(n, prompts.get(n).ids()));
      }
      List<List<Completion>> completions = sampler.sample(block, settings, stop);
      for (int i = 0; i < block.size(); i++) {
        scored.add(score(prompts.get(from + i), completions.get(i).get(0)));
      }
    }
    double right = scored.stream().filter(Scored::right).count();
    double mean =
        scored.stream()
            .mapToDouble(Scored::reward)
            .filter(reward -> !Double.isNaN(reward))
            .average()
            .orElse(Double.NaN);
    return new Result(right / scored.size(), mean, scored);
  }

  private Scored score(Prompt prompt, Completion completion) {
    RewardFunction.Input input =
        new RewardFunction.Input(
            prompt.text(),
            completion.text(),
            prompt.fields(),
            completion.ids().length,
            completion.finishReason() == FinishReason.LENGTH);
    // A function that fails leaves its completion unscorable, which shows in the result.
    double[] scores = rewards.score(input, (index, cause) -> {});
    double reward = rewards.combine(scores);
    return new Scored(prompt, completion, reward, scores[0] >= 1);
  }
}
