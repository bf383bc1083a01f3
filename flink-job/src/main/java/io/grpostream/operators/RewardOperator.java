package io.grpostream.operators;

import io.grpostream.records.Prompt;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rewards.Rewards;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores each completion by the configured reward functions. One that a function failed on, or that
 * none could score, goes to {@link #REJECTED} too, once; its group completes all the same.
 */
public final class RewardOperator extends ProcessFunction<SampledCompletion, ScoredCompletion> {
  /** Completions without a reward, or with a part of it only, and why. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected-completions", TypeInformation.of(Rejection.class));

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
  public void processElement(
      SampledCompletion sampled, Context context, Collector<ScoredCompletion> out) {
    List<String> failed = new ArrayList<>();
    ScoredCompletion scored =
        new Scoring(rewards).score(sampled, (index, cause) -> failed.add(why(index, cause)));
    boolean without = Double.isNaN(scored.reward());
    if (without) {
      unscorable.inc();
    }
    if (!failed.isEmpty()) {
      String all = String.join("; ", failed);
      context.output(REJECTED, rejection(sampled, Rejection.Reason.REWARD_FAILED, all));
    } else if (without) {
      String none = "none of " + rewards.names() + " could score it";
      context.output(REJECTED, rejection(sampled, Rejection.Reason.UNSCORABLE, none));
    }
    out.collect(scored);
  }

  private String why(int index, Throwable cause) {
    failures.inc();
    String name = rewards.names().get(index);
    if (failures.getCount() == 1) {
      LOG.warn("reward function {} failed; the topic rejected has every case", name, cause);
    }
    return "reward function " + name + " failed on it: " + cause;
  }

  private static Rejection rejection(
      SampledCompletion sampled, Rejection.Reason reason, String detail) {
    Prompt prompt = sampled.prompt().prompt();
    return new Rejection(
        prompt.at(),
        reason,
        "completion %d of prompt %d: %s"
            .formatted(sampled.completion().index(), sampled.prompt().number(), detail),
        prompt.key(),
        sampled.completion().text().getBytes(StandardCharsets.UTF_8));
  }
}
