package io.grpostream.cli;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.tokenizer.ChatMessage;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo generate}: one completion of one prompt. */
@Command(name = "generate", description = "Complete a prompt.")
final class GenerateCommand implements Callable<Integer> {
  private static final int USUAL_TOKENS = 128;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The prompt.")
  private String prompt;

  @Option(
      names = "--raw",
      description = "Take the prompt as it is, without the checkpoint's chat template.")
  private boolean raw;

  @Option(names = "--greedy", description = "Take the likeliest token each time.")
  private boolean greedy;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most new tokens (default: 128, or as many as the model has positions for).")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "Divides the logits (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "The same seed gives the same completion (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--ignore-eos", description = "Go on to --max-tokens, past end tokens.")
  private boolean ignoreEos;

  @Option(names = "--json", description = "Print {inputIds, outputIds, text, logprobs}.")
  private boolean json;

  @Override
  public Integer call() throws IOException, StoppedException {
    check();
    try (Checkpoint checkpoint = Checkpoint.open(model.folder());
        PolicyTokenizer tokenizer = PolicyTokenizer.open(model.folder())) {
      int[] ids = raw ? tokenizer.encode(prompt, true) : chat(tokenizer);
      int newTokens = newTokens(ids.length, checkpoint.config().maxPositions());
      Completion completion = complete(checkpoint, tokenizer, ids, newTokens);
      spec.commandLine().getOut().println(json ? json(ids, completion) : completion.text());
    }
    return 0;
  }

  /** How many tokens to make after so many of the prompt. */
  private int newTokens(int promptTokens, int positions) {
    int most = maxTokens == null ? Math.min(USUAL_TOKENS, positions - promptTokens) : maxTokens;
    if (promptTokens == 0 || most < 1 || promptTokens + most > positions) {
      throw new UserErrorException(
          String.format(
              "--prompt has %d tokens; it must have at least 1, and with --max-tokens %d fit the"
                  + " model's %d positions",
              promptTokens, Math.max(1, most), positions));
    }
    return most;
  }

  private void check() {
    if (maxTokens != null && maxTokens < 1) {
      throw new UserErrorException("--max-tokens is " + maxTokens + "; it must be at least 1");
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new UserErrorException(
          "--temperature is " + temperature + "; it must be above 0; --greedy takes the likeliest");
    }
  }

  private int[] chat(PolicyTokenizer tokenizer) {
    if (tokenizer.chatTemplate() == null) {
      throw new UserErrorException(
          model.folder() + " has no chat template; use --raw to give the prompt as it is");
    }
    String rendered = tokenizer.renderChat(List.of(new ChatMessage("user", prompt)), true);
    // The template writes the special tokens itself.
    return tokenizer.encode(rendered, false);
  }

  private Completion complete(
      Checkpoint checkpoint, PolicyTokenizer tokenizer, int[] ids, int newTokens)
      throws IOException, StoppedException {
    SamplingSettings settings =
        new SamplingSettings(
            1,
            newTokens,
            temperature,
            greedy,
            0,
            1.0,
            0.0,
            1.0,
            ignoreEos ? List.of() : checkpoint.eosTokenIds(),
            List.of(),
            seed);
    try (TorchSampler sampler = model.sampler(checkpoint, tokenizer)) {
      return sampler
          .sample(List.of(new PromptTokens(0, ids)), settings, StopSignal.NEVER)
          .get(0)
          .get(0);
    }
  }

  private static String json(int[] ids, Completion completion) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("inputIds", ids);
    result.put("outputIds", completion.ids());
    result.put("text", completion.text());
    result.put("logprobs", completion.logprobs());
    return JsonOutput.line(result);
  }
}
