package io.grpostream.cli;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.local.LocalRun;
import io.grpostream.local.RunMemory;
import io.grpostream.local.RunProgress;
import io.grpostream.local.StopRequest;
import io.grpostream.policy.engine.Device;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.memory.MemoryLimit;
import io.grpostream.report.RunFolder;
import io.grpostream.rules.DevicePlacement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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

/** {@code grpo run}: the main job on this machine, from broker to report. */
@Command(
    name = "run",
    description = {
      "Train a model from a stream of prompts on this machine.",
      "Starts a Kafka broker and a Flink cluster with its dashboard, runs the pipeline until the ledger has its steps,"
          + " and leaves a run folder with ledger, report, policy and topics.",
      "Ctrl-C stops it cleanly, a second Ctrl-C at once."
    })
final class RunCommand implements Callable<Integer> {
  /** A run without a name is called after the time it starts. */
  static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  @Spec private CommandSpec spec;
  @Mixin private Overrides overrides;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration (default: ${DEFAULT-VALUE}).",
      defaultValue = "conf/demo.yaml")
  private Path config;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Training steps; short for --set run.steps=N.")
  private @Nullable Long steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The run's seed; short for --set run.seed=S.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run's folder (default: runs/<time>).")
  private @Nullable Path out;

  @Option(names = "--json", description = "One JSON object a line; the last is the summary.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    RunConfig settings = ConfigFile.load(config, allOverrides());
    String name = settings.run().name();
    String run = name == null ? LocalDateTime.now(ZoneId.systemDefault()).format(TIME) : name;
    RunFolder folder =
        RunFolder.create(
            out == null ? Path.of("runs", run).toAbsolutePath() : out.toAbsolutePath());
    RunLog.to(folder.path().resolve("run.log"));
    checkMemory(settings);
    PrintWriter lines = spec.commandLine().getOut();
    settings
        .warnings(Runtime.getRuntime().availableProcessors())
        .forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
    RunProgress progress =
        json ? new JsonProgress(lines) : new TextProgress(lines, settings.run().steps());
    StopRequest stop = new StopRequest();
    Interrupts.send(stop);
    try {
      new LocalRun(settings, run, folder, progress, stop).run();
      return 0;
    } catch (InterruptedException e) {
      spec.commandLine().getErr().println("stopped at once; " + folder.path() + " has no summary");
      return Interrupts.EXIT_CODE;
    }
  }

  /** What a GPU computes takes the GPU's memory, which is not looked at here. */
  private void checkMemory(RunConfig settings) {
    Device fixed = settings.policy().device().fixed();
    Device device = fixed != null ? fixed : DevicePlacement.of(0, List.of(), Torch::gpus);
    if (device.isCpu()) {
      RunMemory.of(settings)
          .check(MemoryLimit.ofThisProcess().bytes())
          .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
    }
  }

  /** The short options are overrides too, and those of --set come last. */
  private List<String> allOverrides() {
    List<String> all = new ArrayList<>();
    if (steps != null) {
      all.add("run.steps=" + steps);
    }
    if (seed != null) {
      all.add("run.seed=" + seed);
    }
    all.addAll(overrides.list());
    return all;
  }
}
