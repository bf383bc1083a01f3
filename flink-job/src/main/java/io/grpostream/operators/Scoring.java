package io.grpostream.operators;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Prompt;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rewards.RewardFunction;
import io.grpostream.rewards.Rewards;

/**
 * What a sampled answer's rewards are: what the functions see of it, and their scores and sum.
 *
 * @param rewards the functions
 */
public record Scoring(Rewards rewards) {
  /** The answer with its rewards. Of a function that fails on it hears the listener. */
  public ScoredCompletion score(SampledCompletion sampled, Rewards.FailureListener failures) {
    double[] each = rewards.score(input(sampled), failures);
    return new ScoredCompletion(sampled, each, rewards.combine(each));
  }

  private static RewardFunction.Input input(SampledCompletion sampled) {
    Prompt prompt = sampled.prompt().prompt();
    Completion completion = sampled.completion();
    boolean truncated = completion.finishReason() == FinishReason.LENGTH;
    return new RewardFunction.Input(
        prompt.text(), completion.text(), prompt.fields(), completion.ids().length, truncated);
  }
}
