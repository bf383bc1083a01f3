package io.grpostream.operators;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Prompt;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rewards.RewardFunction;
import io.grpostream.rewards.Rewards;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scores each completion by the configured reward functions. */
public final class RewardOperator extends RichMapFunction<SampledCompletion, ScoredCompletion> {
  private static final Logger LOG = LoggerFactory.getLogger(RewardOperator.class);

  private final List<Rewards.Spec> specs;
  private transient Rewards rewards;
  private transient Counter unscorable;
  private transient Counter failures;

  public RewardOperator(List<Rewards.Spec> specs) {
    this.specs = List.copyOf(specs);
  }

  @Override
  public void open(OpenContext context) {
    rewards = Rewards.of(specs);
    unscorable = getRuntimeContext().getMetricGroup().counter("unscorableCompletions");
    failures = getRuntimeContext().getMetricGroup().counter("rewardFailures");
  }

  @Override
  public ScoredCompletion map(SampledCompletion sampled) {
    double[] each = rewards.score(input(sampled), this::failed);
    double reward = rewards.combine(each);
    if (Double.isNaN(reward)) {
      unscorable.inc();
    }
    return new ScoredCompletion(sampled, each, reward);
  }

  private static RewardFunction.Input input(SampledCompletion sampled) {
    Prompt prompt = sampled.prompt().prompt();
    Completion completion = sampled.completion();
    boolean truncated = completion.finishReason() == FinishReason.LENGTH;
    return new RewardFunction.Input(
        prompt.text(), completion.text(), prompt.fields(), completion.ids().length, truncated);
  }

  private void failed(int index, Throwable cause) {
    failures.inc();
    LOG.warn(
        "reward function {} failed; its completion counts as unscorable",
        rewards.names().get(index),
        cause);
  }
}
