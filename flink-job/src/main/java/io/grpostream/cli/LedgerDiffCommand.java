package io.grpostream.cli;

import io.grpostream.ledger.Difference;
import io.grpostream.ledger.LedgerDiff;
import io.grpostream.ledger.LedgerSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpo ledger diff}: whether two runs did the same, bit for bit. */
@Command(
    name = "diff",
    description = {
      "Compare what two runs' inputs decided, step by step.",
      "Exit code 1 and the first difference (step, field, both values) if they differ."
    })
final class LedgerDiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(index = "0", paramLabel = "A", description = "A run's folder, or its steps.jsonl.")
  private Path first;

  @Parameters(
      index = "1",
      paramLabel = "B",
      arity = "0..1",
      description = "Another; without it, the ledger on Kafka.")
  private @Nullable Path second;

  @Option(names = "--json", description = "The difference as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LedgerDiff diff = LedgerDiff.of(LedgerSource.of(first), LedgerSources.one(spec, second, kafka));
    PrintWriter out = spec.commandLine().getOut();
    Optional<Difference> found = diff.first();
    if (found.isEmpty()) {
      out.println(
          json
              ? JsonOutput.line(Map.of("steps", diff.steps()))
              : "the same: " + diff.steps() + " steps");
      return 0;
    }
    Difference difference = found.get();
    out.println(
        json
            ? JsonOutput.value(difference)
            : "step %d: %s is %s in A and %s in B"
                .formatted(difference.step(), difference.field(), difference.a(), difference.b()));
    return DIFFERENT;
  }
}
