package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.cluster.JobClient;
import io.grpostream.cluster.SubmittedRuns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo savepoint}: a savepoint of a run's job. */
@Command(name = "savepoint", description = "Take a savepoint of a run's job and print its address.")
final class SavepointCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOption cluster;

  @Option(
      names = "--name",
      paramLabel = "RUN",
      description = "The run (default: the one submitted last).")
  private @Nullable String name;

  @Option(names = "--stop", description = "End the job with it.")
  private boolean stop;

  @Override
  public Integer call() throws Exception {
    Submitted submitted = new SubmittedRuns(cluster.folder()).newest(name);
    String address;
    try (JobClient client = JobClient.of(cluster.folder().settings())) {
      address = client.savepoint(submitted.job(), stop);
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("run", submitted.run());
    line.put("jobId", submitted.job());
    line.put("savepoint", address);
    line.put("stopped", stop);
    spec.commandLine().getOut().println(cluster.json() ? JsonOutput.line(line) : address);
    return 0;
  }
}
