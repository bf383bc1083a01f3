package io.grpostream.cluster;

import io.grpostream.policy.engine.StandBy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * The command line of each of the cluster's processes. They need no scripts of Flink's or Kafka's:
 * the memory options that those would work out come from Flink's own classes here.
 *
 * @param home the project's folder, with conf/log4j2.properties and Java's options
 * @param folder the cluster's
 * @param flink Flink's configuration
 * @param classPath of all processes
 */
record ProcessCommands(Path home, ClusterFolder folder, Configuration flink, String classPath) {
  /**
   * Compiles at once, and not as well as possible: these processes must be up soon after a kill,
   * and have little to compute.
   */
  private static final String SOON_FAST = "-XX:TieredStopAtLevel=1";

  List<String> zookeeper(Path settings) throws IOException {
    return java(
        ClusterRoles.ZOOKEEPER,
        ClusterRoles.ZOOKEEPER,
        List.of("-Xmx128m", SOON_FAST),
        "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain",
        List.of(settings.toString()));
  }

  List<String> broker(Path settings) throws IOException {
    return java(
        ClusterRoles.BROKER,
        ClusterRoles.BROKER,
        List.of("-Xmx512m", SOON_FAST),
        "kafka.Kafka",
        List.of(settings.toString()));
  }

  List<String> jobManager(String name, ClusterSettings.JobManagerPorts ports) throws IOException {
    List<String> options = new ArrayList<>();
    options.addAll(
        words(
            JobManagerProcessUtils.generateJvmParametersStr(
                JobManagerProcessUtils.processSpecFromConfig(flink), flink)));
    options.add(SOON_FAST);
    return java(
        ClusterRoles.JOB_MANAGER,
        name,
        options,
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        List.of(
            "--configDir",
            folder.configFolder().toString(),
            "-D",
            "rest.port=" + ports.rest(),
            "-D",
            "jobmanager.rpc.port=" + ports.rpc(),
            "-D",
            "high-availability.jobmanager.port=" + ports.rpc()));
  }

  /**
   * A TaskManager.
   *
   * @param resourceId Flink's id of it; another one at each start, so that nobody takes the new
   *     process for the dead one
   */
  List<String> taskManager(String name, String resourceId) throws IOException {
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    List<String> arguments = new ArrayList<>();
    arguments.add("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
    arguments.addAll(List.of("--configDir", folder.configFolder().toString()));
    arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    arguments.addAll(List.of("-D", "taskmanager.resource-id=" + resourceId));
    List<String> options = new ArrayList<>();
    options.add(shipped("computing-java.options"));
    options.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(memory)));
    return java(ClusterRoles.TASK_MANAGER, name, options, StandBy.class.getName(), arguments);
  }

  private List<String> java(
      String kind, String name, List<String> options, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(new SharedClasses(folder.classesFolder(), classPath).options(kind, name));
    command.add(shipped("flink-java.options"));
    command.add("-Dlog4j2.configurationFile=" + home.resolve("conf/log4j2.properties"));
    command.add("-Dgrpo.log=" + folder.processFolder().resolve(name + ".log"));
    command.add("-Dgrpo.log.level=info");
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }

  /** A file of Java's options, as its launcher reads it. */
  private String shipped(String name) {
    return "@" + home.resolve("conf").resolve(name);
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }
}
