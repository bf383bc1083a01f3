package io.grpostream.cli;

import io.grpostream.config.RunConfig;
import io.grpostream.local.StopRequest;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.replay.Fork;
import io.grpostream.replay.Replay;
import io.grpostream.replay.ReplayListener;
import io.grpostream.replay.ReplayResult;
import io.grpostream.replay.ReplayResult.FirstDifference;
import io.grpostream.replay.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo replay}: a run done again from its record, and compared bit for bit. */
@Command(
    name = "replay",
    description = {
      "Do a run again from what it has recorded, and compare every version with its ledger.",
      "Stops at the first difference, with both hashes and the likeliest cause; exit code 1.",
      "With --set of a key of objective or learner it becomes a fork: the recorded rollouts, learned otherwise."
    })
final class ReplayCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;
  private static final int SHORT_HASH = 12;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private Overrides overrides;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TOPIC",
      description = {
        "prompts: sample and learn again (lockstep runs);",
        "rollouts: learn again from the recorded completions and rewards."
      })
  private From from;

  @Option(
      names = "--run",
      required = true,
      paramLabel = "RUN",
      description =
          "The run's folder; its topics are there too, unless --bootstrap-servers is given.")
  private Path run;

  @Option(
      names = "--at",
      paramLabel = "STEP",
      description = "A fork's first step of its own, as the ledger counts, from 0 (default: 0).")
  private @Nullable Long at;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A fork's folder (default: runs/<time>).")
  private @Nullable Path out;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  /** What a replay starts from. */
  enum From {
    PROMPTS,
    ROLLOUTS
  }

  @Override
  public Integer call() throws IOException {
    RunRecord record =
        RunRecord.of(run, kafka.given() ? Optional.of(kafka.topics()) : Optional.empty());
    RunConfig changed = record.with(overrides.list());
    Optional<Fork> fork = fork(record, changed);
    StopRequest stop = new StopRequest();
    Interrupts.send(stop);
    Replay replay =
        new Replay(
            record, fork.isPresent() ? record.config() : changed, stop::requested, listener());
    try {
      ReplayResult result = from == From.PROMPTS ? replay.fromPrompts() : replay.fromRollouts(fork);
      print(result, fork);
      return result.firstDifference() == null ? 0 : DIFFERENT;
    } catch (StoppedException e) {
      spec.commandLine().getErr().println("stopped; nothing was found so far");
      return Interrupts.EXIT_CODE;
    }
  }

  private Optional<Fork> fork(RunRecord record, RunConfig changed) throws IOException {
    boolean forks = !Fork.changedKeys(record.config(), changed).isEmpty();
    if (!forks && (at != null || out != null)) {
      throw new UserErrorException(
          "--at and --out are a fork's; make it one by --set of a key of objective or learner that"
              + " decides bits");
    }
    if (!forks) {
      return Optional.empty();
    }
    if (from == From.PROMPTS) {
      throw new UserErrorException(
          "--set makes this a fork, which learns recorded rollouts; use --from rollouts");
    }
    String time = LocalDateTime.now(ZoneId.systemDefault()).format(RunCommand.TIME);
    Path folder = (out == null ? Path.of("runs", time) : out).toAbsolutePath();
    return Optional.of(Fork.create(record, changed, at == null ? 0 : at, folder));
  }

  private ReplayListener listener() {
    PrintWriter lines = spec.commandLine().getOut();
    return json
        ? (step, of) -> {}
        : (step, of) ->
            lines.printf(
                Locale.ROOT,
                "step %d/%d · %s%n",
                step.determined().version(),
                of,
                step.determined().sha256().substring(0, SHORT_HASH));
  }

  private void print(ReplayResult result, Optional<Fork> fork) {
    PrintWriter lines = spec.commandLine().getOut();
    FirstDifference difference = result.firstDifference();
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("versions", result.versions());
      line.put("verified", result.verified());
      line.put("firstDifference", difference);
      if (fork.isPresent()) {
        line.put("policySha256", result.sha256());
        line.put("runDir", fork.get().folder().path().toString());
      }
      lines.println(JsonOutput.line(line));
      return;
    }
    if (difference != null) {
      lines.printf(
          Locale.ROOT,
          "step %d: %s is %s in the record and %s here (version %s there, %s here)%n"
              + "likeliest cause: %s%n",
          difference.step(),
          difference.field(),
          difference.recorded(),
          difference.here(),
          difference.recordedSha256(),
          difference.sha256(),
          difference.likeliestCause());
    }
    lines.println(result.verified() + " of " + result.versions() + " versions verified");
    if (fork.isPresent() && difference == null) {
      lines.println("policy " + result.sha256() + " in " + fork.get().folder().path());
    }
  }
}
