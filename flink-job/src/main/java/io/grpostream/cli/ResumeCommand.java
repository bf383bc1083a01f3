package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.cluster.JobClient;
import io.grpostream.cluster.Submission;
import io.grpostream.cluster.SubmittedRuns;
import io.grpostream.policy.UserErrorException;
import io.grpostream.report.RunFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo resume}: a run goes on from a savepoint or checkpoint, in a new job. */
@Command(
    name = "resume",
    description = {
      "Go on with a run whose job has ended, from a savepoint or checkpoint.",
      "--set may change it, for example rollout.parallelism."
    })
final class ResumeCommand implements Callable<Integer> {
  private static final String LATEST = "latest";

  @Spec private CommandSpec spec;
  @Mixin private ClusterOption cluster;
  @Mixin private Overrides overrides;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "SAVEPOINT",
      description = "A savepoint's or checkpoint's address, or latest: the run's newest of either.")
  private String from;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration (default: the one in the run's folder).")
  private @Nullable Path config;

  @Option(
      names = "--name",
      paramLabel = "RUN",
      description = "The run (default: the one submitted last).")
  private @Nullable String name;

  @Override
  public Integer call() throws Exception {
    SubmittedRuns runs = new SubmittedRuns(cluster.folder());
    Submitted before = runs.newest(name);
    refuseRunning(before);
    RunFolder folder = RunFolder.reopen(Path.of(before.folder()));
    Submission submission =
        new Submission(
            Submission.resolved(
                config == null ? folder.configFile() : config,
                overrides.list(),
                before.run(),
                folder.path(),
                cluster.folder()),
            before.run(),
            folder,
            cluster.folder());
    String address = from.equals(LATEST) ? runs.latest(before.run()) : from;
    Submitted submitted = submission.resume(address);
    if (!cluster.json()) {
      spec.commandLine().getOut().println("from " + address);
    }
    spec.commandLine().getOut().println(SubmittedOutput.of(submitted, cluster));
    return 0;
  }

  private void refuseRunning(Submitted before) throws Exception {
    try (JobClient client = JobClient.of(cluster.folder().settings())) {
      if (client.running().contains(before.job())) {
        throw new UserErrorException(
            "run "
                + before.run()
                + " is running as job "
                + before.job()
                + "; end it first with ./grpo savepoint --stop or ./grpo cancel");
      }
    }
  }
}
