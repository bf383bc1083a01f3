package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.cluster.Submission;
import io.grpostream.config.ConfigFile;
import io.grpostream.report.RunFolder;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo submit}: a run on a cluster, which goes on by itself. */
@Command(
    name = "submit",
    description = {
      "Start a run on the cluster that ./grpo cluster start has started.",
      "Checks the configuration, sets up topics, puts the configured prompts on theirs, submits the job and returns."
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOption cluster;
  @Mixin private Overrides overrides;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration.")
  private Path config;

  @Option(
      names = "--name",
      paramLabel = "RUN",
      description = "The run's name (default: run.name, or the time).")
  private @Nullable String name;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run's folder (default: runs/<name>).")
  private @Nullable Path out;

  @Override
  public Integer call() throws Exception {
    cluster.folder().settings();
    String configured = ConfigFile.load(config, overrides.list()).run().name();
    String run = name != null ? name : configured;
    if (run == null) {
      run = LocalDateTime.now(ZoneId.systemDefault()).format(RunCommand.TIME);
    }
    Path path = (out == null ? Path.of("runs", run) : out).toAbsolutePath();
    Submission submission =
        new Submission(
            Submission.resolved(config, overrides.list(), run, path, cluster.folder()),
            run,
            RunFolder.create(path),
            cluster.folder());
    Submitted submitted = submission.start();
    spec.commandLine().getOut().println(SubmittedOutput.of(submitted, cluster));
    return 0;
  }
}
