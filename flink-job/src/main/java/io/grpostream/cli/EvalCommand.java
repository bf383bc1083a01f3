package io.grpostream.cli;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.evaluation.Evaluation;
import io.grpostream.evaluation.HeldOutPrompts;
import io.grpostream.job.CheckpointTokenizer;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import io.grpostream.records.Prompt;
import io.grpostream.rewards.Rewards;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo eval}: how well a model answers a file of prompts, greedily. */
@Command(
    name = "eval",
    description = "Complete a file of prompts greedily and score the completions.")
final class EvalCommand implements Callable<Integer> {
  private static final int MAX_PROMPT_BYTES = 1 << 20;
  private static final int USUAL_TOKENS = 64;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines: {\"prompt\": …} or {\"messages\": […]}, with \"answer\".")
  private Path prompts;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Take reward functions and completion length from this configuration.")
  private @Nullable Path config;

  @Option(
      names = "--reward",
      paramLabel = "NAME",
      description = "Without --config: the reward function (default: exact-answer).")
  private @Nullable String reward;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Most tokens of a completion (default: the configuration's; without one 64, or half of the model's positions if"
              + " that is less).")
  private @Nullable Integer maxTokens;

  @Option(names = "--json", description = "Print {accuracy, meanReward, n}.")
  private boolean json;

  @Override
  public Integer call() throws IOException, StoppedException {
    if (config != null && reward != null) {
      throw new UserErrorException("--reward and --config exclude each other; give one of them");
    }
    if (maxTokens != null && maxTokens < 1) {
      throw new UserErrorException("--max-tokens is " + maxTokens + "; it must be at least 1");
    }
    RunConfig settings = config == null ? null : ConfigFile.load(config, overrides());
    Rewards rewards =
        Rewards.of(
            settings == null
                ? List.of(new Rewards.Spec(reward == null ? "exact-answer" : reward, 1, Map.of()))
                : settings.rewards().specs());
    try (Checkpoint checkpoint = Checkpoint.open(model.folder());
        PolicyTokenizer tokenizer = PolicyTokenizer.open(model.folder())) {
      SamplingSettings sampling = sampling(settings, checkpoint);
      List<Prompt> asked = HeldOutPrompts.read(prompts, decoder(checkpoint, tokenizer, sampling));
      try (TorchSampler sampler = model.sampler(checkpoint, tokenizer)) {
        print(new Evaluation(asked, rewards, sampling).measure(sampler, StopSignal.NEVER));
      }
    }
    return 0;
  }

  private SamplingSettings sampling(@Nullable RunConfig settings, Checkpoint checkpoint) {
    if (settings != null) {
      return settings.evaluationSampling(checkpoint.eosTokenIds());
    }
    int most = Math.min(USUAL_TOKENS, Math.max(1, checkpoint.config().maxPositions() / 2));
    return SamplingSettings.greedy(maxTokens == null ? most : maxTokens, checkpoint.eosTokenIds());
  }

  private List<String> overrides() {
    return maxTokens == null ? List.of() : List.of("evaluation.max-tokens=" + maxTokens);
  }

  private static PromptDecoder decoder(
      Checkpoint checkpoint, PolicyTokenizer tokenizer, SamplingSettings sampling) {
    int positions = checkpoint.config().maxPositions();
    if (positions <= sampling.maxTokens()) {
      throw new UserErrorException(
          String.format(
              "--max-tokens is %d; it must leave room for prompts in the model's %d positions",
              sampling.maxTokens(), positions));
    }
    return new PromptDecoder(
        new CheckpointTokenizer(tokenizer),
        new PromptLimits(positions - sampling.maxTokens(), MAX_PROMPT_BYTES));
  }

  private void print(Evaluation.Result result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("accuracy", result.accuracy());
    line.put("meanReward", Double.isNaN(result.meanReward()) ? null : result.meanReward());
    line.put("n", result.n());
    spec.commandLine()
        .getOut()
        .println(
            json
                ? JsonOutput.line(line)
                : String.format(
                    Locale.ROOT,
                    "accuracy %.4f, mean reward %.4f, %d prompts",
                    result.accuracy(),
                    result.meanReward(),
                    result.n()));
  }
}
