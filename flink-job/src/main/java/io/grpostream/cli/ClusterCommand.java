package io.grpostream.cli;

import io.grpostream.cluster.ClusterSettings;
import io.grpostream.cluster.ProcessCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grpo cluster}: a cluster of separate processes on this machine. */
@Command(
    name = "cluster",
    description =
        "Start, join, stop or show a cluster of separate processes on this machine: ZooKeeper, Kafka, JobManagers, TaskManagers.",
    synopsisSubcommandLabel = "COMMAND")
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: start, join, stop or status");
  }

  @Command(
      name = "start",
      description = "Start what does not run yet, and wait until all of it answers.")
  int start(
      @Mixin ClusterOption cluster,
      @Option(
              names = "--jobmanagers",
              paramLabel = "N",
              defaultValue = "1",
              description =
                  "JobManagers; one leads, the others stand by (default: ${DEFAULT-VALUE}).")
          int jobManagers,
      @Option(
              names = "--taskmanagers",
              paramLabel = "N",
              defaultValue = "2",
              description = "TaskManagers (default: ${DEFAULT-VALUE}).")
          int taskManagers,
      @Option(
              names = "--slots",
              paramLabel = "N",
              defaultValue = "2",
              description = "Slots of each TaskManager (default: ${DEFAULT-VALUE}).")
          int slots,
      @Option(
              names = "--broker-port",
              paramLabel = "PORT",
              defaultValue = "0",
              description = "Kafka's port (default: any free one).")
          int brokerPort,
      @Option(
              names = "--web-port",
              paramLabel = "PORT",
              defaultValue = "0",
              description = "The dashboard's port (default: any free one).")
          int webPort)
      throws IOException, InterruptedException {
    ProcessCluster started =
        ProcessCluster.create(
            cluster.folder(),
            ClusterSettings.withFreePorts(
                new ClusterSettings.Size(jobManagers, taskManagers, slots), brokerPort, webPort),
            ClusterOption.home());
    started.start();
    print(started, cluster.json());
    return 0;
  }

  @Command(
      name = "join",
      description =
          "Find a cluster that others have started on this machine, for submit and its like.")
  int join(
      @Mixin ClusterOption cluster,
      @Option(
              names = "--broker-port",
              paramLabel = "PORT",
              required = true,
              description = "Kafka's port.")
          int brokerPort,
      @Option(
              names = "--web-port",
              paramLabel = "PORT",
              required = true,
              description = "The dashboard's port.")
          int webPort)
      throws IOException, InterruptedException {
    print(
        ProcessCluster.join(
            cluster.folder(), ClusterSettings.ofOthers(webPort, brokerPort), ClusterOption.home()),
        cluster.json());
    return 0;
  }

  @Command(name = "stop", description = "End every process that runs; again is no error.")
  int stop(@Mixin ClusterOption cluster) throws IOException, InterruptedException {
    ProcessCluster stopped = ProcessCluster.open(cluster.folder(), ClusterOption.home());
    boolean any = stopped.stop();
    if (cluster.json()) {
      print(stopped, true);
    } else {
      out().println(any ? "stopped" : "nothing was running");
    }
    return 0;
  }

  @Command(name = "status", description = "Show each process's state and address.")
  int status(@Mixin ClusterOption cluster) throws IOException {
    print(ProcessCluster.open(cluster.folder(), ClusterOption.home()), cluster.json());
    return 0;
  }

  private void print(ProcessCluster cluster, boolean json) {
    List<ProcessCluster.State> states = cluster.states();
    if (json) {
      out().println(JsonOutput.line(object(cluster, states)));
      return;
    }
    for (ProcessCluster.State state : states) {
      String pid = state.pid().map(id -> "runs, pid " + id).orElse("does not run");
      out().printf("%-14s %-18s %s%n", state.name(), pid, state.address());
    }
    Path folder = cluster.folder().path();
    out().println("dashboard      " + cluster.settings().dashboard());
    out().println("folder         " + folder);
    out().flush();
  }

  private static Map<String, Object> object(
      ProcessCluster cluster, List<ProcessCluster.State> states) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("dir", cluster.folder().path().toString());
    object.put("dashboard", cluster.settings().dashboard());
    object.put("bootstrapServers", cluster.settings().bootstrapServers());
    List<Map<String, Object>> processes = new ArrayList<>();
    for (ProcessCluster.State state : states) {
      Map<String, Object> process = new LinkedHashMap<>();
      process.put("name", state.name());
      process.put("running", state.pid().isPresent());
      process.put("pid", state.pid().orElse(null));
      process.put("address", state.address());
      processes.add(process);
    }
    object.put("processes", processes);
    return object;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
