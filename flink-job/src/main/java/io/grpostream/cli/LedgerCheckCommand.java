package io.grpostream.cli;

import io.grpostream.ledger.LedgerAudit;
import io.grpostream.rules.LedgerCheck;
import io.grpostream.rules.LedgerCheck.Place;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpo ledger check}: whether a ledger accounts for every prompt. */
@Command(
    name = "check",
    description = {
      "Verify that a ledger accounts for every prompt.",
      "Numbers are consecutive, parents match, and every prompt was trained exactly once or rejected by name.",
      "Prints one JSON object: steps, prompts, missing, repeated (places in Kafka), chainOk. Exit code 1 if something is wrong."
    })
final class LedgerCheckCommand implements Callable<Integer> {
  private static final int WRONG = 1;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "A run's folder, or its steps.jsonl.")
  private @Nullable Path run;

  @Override
  public Integer call() throws IOException {
    LedgerCheck.Result found = LedgerAudit.of(LedgerSources.one(spec, run, kafka));
    String broken = found.firstBreak();
    if (broken != null) {
      spec.commandLine().getErr().println("the chain is broken: " + broken);
    }
    if (found.earlier() > 0) {
      spec.commandLine()
          .getErr()
          .println(
              "%d records of the prompts topic stand ahead of the first that has an outcome and were not checked; right only if prompts.start left them out"
                  .formatted(found.earlier()));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("steps", found.steps());
    result.put("prompts", found.prompts());
    result.put("missing", texts(found.missing()));
    result.put("repeated", texts(found.repeated()));
    result.put("chainOk", found.chainOk());
    PrintWriter out = spec.commandLine().getOut();
    out.println(JsonOutput.line(result));
    return found.ok() ? 0 : WRONG;
  }

  private static List<String> texts(List<Place> places) {
    return places.stream().map(Place::toString).toList();
  }
}
