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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo generate}: one completion of one prompt. */
@Command(name = "generate", description = "Complete a prompt.")
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private SamplingOptions sampling;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The prompt.")
  private String prompt;

  @Option(
      names = "--raw",
      description = "Take the prompt as it is, without the checkpoint's chat template.")
  private boolean raw;

  @Option(names = "--ignore-eos", description = "Choose no end token: go on to --max-tokens.")
  private boolean ignoreEos;

  @Option(names = "--json", description = "Print {inputIds, outputIds, text, logprobs}.")
  private boolean json;

  @Override
  public Integer call() throws IOException, StoppedException {
    sampling.check();
    try (Checkpoint checkpoint = Checkpoint.open(model.folder());
        PolicyTokenizer tokenizer = PolicyTokenizer.open(model.folder())) {
      int[] ids = raw ? tokenizer.encode(prompt, true) : chat(tokenizer);
      int newTokens = sampling.newTokens(ids.length, checkpoint.config().maxPositions());
      Completion completion = complete(checkpoint, tokenizer, ids, newTokens);
      spec.commandLine().getOut().println(json ? json(ids, completion) : completion.text());
    }
    return 0;
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
    SamplingSettings settings = sampling.settings(newTokens, checkpoint.eosTokenIds());
    List<Integer> never = ignoreEos ? checkpoint.eosTokenIds() : List.of();
    try (TorchSampler sampler = model.sampler(checkpoint, tokenizer, never)) {
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
