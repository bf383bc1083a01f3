package io.grpostream.cli;

import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpo ledger show}: a ledger's steps, one a line. */
@Command(name = "show", description = "Print a ledger, one step a line.")
final class LedgerShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "A run's folder, or its steps.jsonl.")
  private @Nullable Path run;

  @Option(names = "--step", paramLabel = "K", description = "Only this step.")
  private @Nullable Long step;

  @Option(names = "--json", description = "Whole records, as in steps.jsonl.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    LedgerSources.one(spec, run, kafka)
        .forEachStep(
            each -> {
              if (step == null || each.determined().step() == step) {
                out.println(json ? RunJson.write(each) : line(each));
              }
            });
    out.flush();
    return 0;
  }

  private static String line(TrainingStep each) {
    TrainingStep.Determined made = each.determined();
    long uninformative =
        made.groups().stream().filter(group -> group.outcome().equals("uninformative")).count();
    return String.format(
        Locale.ROOT,
        "step %d · version %d %s · parent %s · %d groups, %d uninformative · reward %.4f · loss %.6f · lineage %s",
        made.step(),
        made.version(),
        made.sha256(),
        made.parentSha256(),
        made.groups().size(),
        uninformative,
        made.rewardMean(),
        made.metrics().getOrDefault("loss", Double.NaN),
        each.observed().lineage());
  }
}
