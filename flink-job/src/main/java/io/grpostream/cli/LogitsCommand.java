package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.engine.SequenceLogits;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo logits}: what the model thinks of the token after a text, to compare with others. */
@Command(
    name = "logits",
    description = "Print the logits after a text's final token, in full precision.")
final class LogitsCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

  @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The text.")
  private String text;

  @Option(
      names = "--json",
      description = "Print {inputIds, lastLogits}; without it the likeliest tokens are listed.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(model.folder());
        PolicyTokenizer tokenizer = PolicyTokenizer.open(model.folder())) {
      int[] ids = tokenizer.encode(text, true);
      if (ids.length == 0) {
        throw new UserErrorException("--text has no token; give at least one");
      }
      float[] last;
      try (SequenceLogits logits = model.logits(checkpoint)) {
        last = logits.last(ids);
      }
      spec.commandLine().getOut().println(json ? json(ids, last) : list(last, tokenizer));
    }
    return 0;
  }

  private static String json(int[] ids, float[] last) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("inputIds", ids);
    result.put("lastLogits", last);
    return JsonOutput.line(result);
  }

  private static String list(float[] logits, PolicyTokenizer tokenizer) {
    StringBuilder lines = new StringBuilder();
    IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(SHOWN)
        .forEach(
            id ->
                lines.append(
                    String.format(
                        Locale.ROOT,
                        "%12.6f  %7d  %s%n",
                        logits[id],
                        id,
                        JsonOutput.quoted(tokenizer.decode(new int[] {id}, false)))));
    return lines.toString().stripTrailing();
  }
}
