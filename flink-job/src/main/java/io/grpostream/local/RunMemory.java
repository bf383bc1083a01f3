package io.grpostream.local;

import io.grpostream.config.RunConfig;
import io.grpostream.job.CheckpointTokenizer;
import io.grpostream.job.PolicyFactory;
import io.grpostream.kafka.LongestPrompt;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.memory.MemoryCheck;
import io.grpostream.policy.memory.MemoryPlan.Work;
import io.grpostream.policy.memory.MicroBatch;
import io.grpostream.policy.memory.PolicyFootprint;
import java.nio.file.Path;

/** How much memory a run in one process will take: broker, cluster, samplers and learner. */
public final class RunMemory {
  /** Java with broker, Flink and libtorch, without a policy; measured with the demo. */
  private static final long PROCESS = 900_000_000;

  private RunMemory() {}

  /** The arithmetic for a configuration, before anything starts. */
  public static MemoryCheck of(RunConfig config) {
    ModelConfig model = ModelConfig.read(config.policy().checkpoint());
    int group = config.rollout().groupSize();
    int minibatch = config.learner().batchGroups() / config.learner().minibatches();
    MicroBatch batch =
        MicroBatch.within(
            config.learner().maxTokens(),
            minibatch,
            group,
            promptTokens(config),
            config.rollout().maxTokens());
    PolicyFootprint policy =
        new PolicyFootprint(
            model, config.lora().lora(), config.rollout().dtype(), config.learner().dtype());
    boolean evaluates = config.evaluation().prompts() != null;
    Work work =
        new Work(
            batch,
            batch.groups() < minibatch,
            Math.min(
                config.rollout().blockGroups(), Math.max(1, config.rollout().maxRows() / group)),
            config.rollout().parallelism() + (evaluates ? 1 : 0),
            config.schedule().maxStaleness() > 0,
            config.objectiveSettings().beta() != 0,
            true);
    return new MemoryCheck(PROCESS, policy, work, levers(config));
  }

  private static MemoryCheck.Levers levers(RunConfig config) {
    return new MemoryCheck.Levers(
        "learner.max-tokens, which is " + config.learner().maxTokens(),
        "rollout.max-rows, which is " + config.rollout().maxRows(),
        "rollout.group-size, which is "
            + config.rollout().groupSize()
            + ", rollout.max-tokens or policy.max-prompt-tokens",
        "the model's size (policy.checkpoint), or train adapters (lora.rank)");
  }

  /** Of the longest prompt in the file; where prompts come from elsewhere, the most allowed. */
  private static int promptTokens(RunConfig config) {
    Path file = config.prompts().file();
    int allowed = config.policy().maxPromptTokens();
    if (file == null) {
      return allowed;
    }
    PromptLimits limits = new PromptLimits(allowed, Integer.MAX_VALUE);
    try (PromptDecoder decoder =
        new PromptDecoder(new CheckpointTokenizer(PolicyFactory.of(config).tokenizer()), limits)) {
      int longest = LongestPrompt.tokens(file, decoder);
      return longest == 0 ? allowed : longest;
    }
  }
}
