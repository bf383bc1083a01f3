package io.grpostream.cluster;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.local.BrokerFolder;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster of separate processes on this machine: ZooKeeper, a Kafka broker, JobManagers and
 * TaskManagers. Each command finds the processes again by what the folder remembers.
 */
public final class ProcessCluster {
  /** From SIGTERM to SIGKILL; a process that ends in order leaves an archive of its classes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration KILLED = Duration.ofSeconds(10);

  private final ClusterFolder folder;
  private final ClusterSettings settings;
  private final Path home;

  private ProcessCluster(ClusterFolder folder, ClusterSettings settings, Path home) {
    this.folder = folder;
    this.settings = settings;
    this.home = home;
  }

  /**
   * One of its processes.
   *
   * @param name what it is called
   * @param pid its process id; absent if it does not run
   * @param address where it listens; empty if nobody asks it anything
   */
  public record State(String name, Optional<Long> pid, String address) {}

  /**
   * A cluster with these settings; one that is in the folder already keeps its own.
   *
   * @param home the project's folder
   */
  public static ProcessCluster create(ClusterFolder folder, ClusterSettings wanted, Path home)
      throws IOException {
    Optional<ClusterSettings> recorded = folder.recordedSettings();
    if (recorded.isPresent() && new ProcessCluster(folder, recorded.get(), home).anyRunning()) {
      return new ProcessCluster(folder, recorded.get(), home);
    }
    folder.write(wanted);
    return new ProcessCluster(folder, wanted, home);
  }

  /**
   * Records a cluster that others have started.
   *
   * @throws UserErrorException if nobody answers there
   */
  public static ProcessCluster join(ClusterFolder folder, ClusterSettings others, Path home)
      throws IOException, InterruptedException {
    if (new RestApi(others.dashboard()).get("/overview").isEmpty()) {
      throw new UserErrorException(
          "no JobManager answers at " + others.dashboard() + "; --web-port is its dashboard's");
    }
    KafkaConnection.of(others.bootstrapServers()).reach();
    folder.write(others);
    return new ProcessCluster(folder, others, home);
  }

  /**
   * The cluster in a folder.
   *
   * @throws UserErrorException if none was started there
   */
  public static ProcessCluster open(ClusterFolder folder, Path home) throws IOException {
    return new ProcessCluster(folder, folder.settings(), home);
  }

  public ClusterSettings settings() {
    return settings;
  }

  public ClusterFolder folder() {
    return folder;
  }

  /** Starts what does not run, and waits until all of it answers. */
  public void start() throws IOException, InterruptedException {
    Readiness readiness = new Readiness(folder, settings);
    for (String name : ClusterRoles.all(settings)) {
      if (process(name).running().isEmpty()) {
        settings.requireFree(name);
        start(name);
      }
      if (name.equals(ClusterRoles.ZOOKEEPER)) {
        readiness.awaitPort(process(name), settings.zookeeperPort());
      }
    }
    readiness.awaitPort(process(ClusterRoles.BROKER), settings.brokerPort());
    readiness.awaitTaskManagers(process(ClusterRoles.jobManager(1)));
  }

  /** Starts one process; what it was before must have ended. */
  public ProcessHandle start(String name) throws IOException {
    ProcessCommands commands =
        new ProcessCommands(
            home,
            folder,
            FlinkFiles.write(home.resolve("conf"), folder, settings),
            ClassPaths.ofCluster());
    return process(name).start(command(commands, name), Map.of());
  }

  private List<String> command(ProcessCommands commands, String name) throws IOException {
    return switch (name) {
      case ClusterRoles.ZOOKEEPER -> commands.zookeeper(zookeeperSettings());
      case ClusterRoles.BROKER ->
          commands.broker(
              BrokerFolder.prepare(
                  folder.brokerFolder(), settings.brokerPort(), settings.controllerPort()));
      default ->
          ClusterRoles.isJobManager(name)
              ? commands.jobManager(name, jobManager(name))
              : commands.taskManager(name, name + "_" + System.currentTimeMillis());
    };
  }

  private Path zookeeperSettings() throws IOException {
    Path data = Files.createDirectories(folder.zookeeperFolder());
    Path file = data.resolve("zoo.cfg");
    Files.write(
        file,
        List.of(
            // Sessions may then be as short as 1 s.
            "tickTime=500",
            "dataDir=" + data,
            "clientPort=" + settings.zookeeperPort(),
            "clientPortAddress=" + ClusterSettings.HOST,
            "admin.enableServer=false"));
    return file;
  }

  /** Ends every process that runs, in reverse order; true if there was any. */
  public boolean stop() throws InterruptedException, IOException {
    boolean any = false;
    List<String> names = new ArrayList<>(ClusterRoles.all(settings));
    Collections.reverse(names);
    for (String name : names) {
      RecordedProcess process = process(name);
      if (process.running().isPresent()) {
        any = true;
        if (!process.end(RecordedProcess.End.TERMINATE, PATIENCE)) {
          process.end(RecordedProcess.End.KILL, KILLED);
        }
      }
      process.forget();
    }
    return any;
  }

  /** Every process, in the order of starting. */
  public List<State> states() {
    return ClusterRoles.all(settings).stream()
        .map(
            name -> new State(name, process(name).running().map(ProcessHandle::pid), address(name)))
        .toList();
  }

  RecordedProcess process(String name) {
    return new RecordedProcess(name, folder.processFolder());
  }

  private boolean anyRunning() {
    return states().stream().anyMatch(state -> state.pid().isPresent());
  }

  private String address(String name) {
    return switch (name) {
      case ClusterRoles.ZOOKEEPER -> ClusterSettings.HOST + ":" + settings.zookeeperPort();
      case ClusterRoles.BROKER -> settings.bootstrapServers();
      default -> ClusterRoles.isJobManager(name) ? jobManager(name).dashboard() : "";
    };
  }

  private ClusterSettings.JobManagerPorts jobManager(String name) {
    return settings.jobManagers().get(ClusterRoles.jobManagerNumber(name) - 1);
  }
}
