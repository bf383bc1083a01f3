package io.grpostream.cli;

import io.grpostream.chaos.ChaosResult;
import io.grpostream.chaos.ChaosRun;
import io.grpostream.chaos.ChaosSettings;
import io.grpostream.cluster.ClusterFolder;
import io.grpostream.config.ConfigFile;
import io.grpostream.policy.UserErrorException;
import io.grpostream.report.RunJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo chaos}: a run under kill -9, compared with the same run unbroken. */
@Command(
    name = "chaos",
    description = {
      "Run the same training unbroken and under kill -9, and compare.",
      "On a cluster of real processes; TaskManagers, JobManager and broker are killed at seeded times. Judges from the topics"
          + " whether a prompt was lost or repeated and whether both runs end in the same bits. Exit code 1 if not."
    })
final class ChaosCommand implements Callable<Integer> {
  private static final int WRONG = 1;

  @Spec private CommandSpec spec;
  @Mixin private Overrides overrides;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "conf/demo.yaml",
      description = "The run's configuration (default: ${DEFAULT-VALUE}).")
  private Path config;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many kills (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides who is killed when (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--mean-seconds",
      paramLabel = "T",
      defaultValue = "40",
      description = "Mean time between two kills (default: ${DEFAULT-VALUE}).")
  private double meanSeconds;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Steps of each run (default: as many as fill the time of all kills).")
  private long steps;

  @Option(
      names = "--no-further-faults",
      description = "Only kills: no process stopped for 10 s, no full disk, no damaged version.")
  private boolean onlyKills;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of cluster and runs (default: runs/chaos-<time>).")
  private @Nullable Path out;

  @Option(names = "--json", description = "One JSON object a line; the last is the result.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Path folder =
        out != null
            ? out
            : Path.of(
                "runs",
                "chaos-" + LocalDateTime.now(ZoneId.systemDefault()).format(RunCommand.TIME));
    if (Files.exists(folder.resolve("cluster.json"))) {
      throw new UserErrorException(
          "--out is " + folder + ", which holds a cluster; give a folder that is new");
    }
    ChaosSettings settings =
        new ChaosSettings(
            config,
            allOverrides(),
            kills,
            seed,
            Duration.ofMillis(Math.round(meanSeconds * 1e3)),
            steps,
            !onlyKills);
    ConfigFile.load(config, settings.overrides());
    PrintWriter lines = spec.commandLine().getOut();
    ChaosResult result =
        new ChaosRun(settings, new ClusterFolder(folder), ClusterOption.home(), this::tell).run();
    lines.println(json ? RunJson.write(result) : text(result));
    return result.ok() ? 0 : WRONG;
  }

  private void tell(ChaosResult.Recovery recovery) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(
        json
            ? RunJson.write(recovery)
            : String.format(
                Locale.ROOT,
                "%-16s %-18s %5.1f s",
                recovery.kind(),
                recovery.phase(),
                recovery.recoverySeconds()));
    lines.flush();
  }

  /** Two samplers, so that one is not on the learner's TaskManager; a checkpoint a second. */
  private List<String> allOverrides() {
    List<String> all = new ArrayList<>(List.of("rollout.parallelism=2", "checkpoint.interval=1s"));
    all.addAll(overrides.list());
    return all;
  }

  private static String text(ChaosResult result) {
    return String.format(
        Locale.ROOT,
        "%d kills, %d prompts lost, %d repeated, weights %s; %d steps redone, median recovery %.1f s, effective training time %.2f",
        result.kills(),
        result.promptsLost(),
        result.promptsRepeated(),
        result.sha().equals(result.baselineSha()) ? "equal" : "DIFFERENT",
        result.stepsRedone(),
        result.medianRecoverySeconds(),
        result.effectiveTrainingTime());
  }
}
