package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.cluster.JobClient;
import io.grpostream.cluster.SubmittedRuns;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo cancel}: ends a run's job at once. */
@Command(
    name = "cancel",
    description =
        "End a run's job without a savepoint; its checkpoints stay, so that it can be resumed.")
final class CancelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOption cluster;

  @Option(
      names = "--name",
      paramLabel = "RUN",
      description = "The run (default: the one submitted last).")
  private @Nullable String name;

  @Override
  public Integer call() throws Exception {
    Submitted submitted = new SubmittedRuns(cluster.folder()).newest(name);
    try (JobClient client = JobClient.of(cluster.folder().settings())) {
      client.cancel(submitted.job());
    }
    spec.commandLine()
        .getOut()
        .println(
            cluster.json()
                ? SubmittedOutput.of(submitted, cluster)
                : "cancelled run " + submitted.run() + ", job " + submitted.job());
    return 0;
  }
}
