package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import io.grpostream.report.RunJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of a cluster on this machine: which file is what, and what it remembers between
 * commands.
 *
 * @param path the folder, absolute
 */
public record ClusterFolder(Path path) {
  /**
   * A job that was submitted.
   *
   * @param run the run's id
   * @param job Flink's id of the job
   * @param folder the run's folder
   * @param checkpoints URI under which Flink keeps the run's checkpoints
   */
  public record Submitted(String run, String job, String folder, String checkpoints) {}

  public ClusterFolder {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * The settings it was started with.
   *
   * @throws UserErrorException if no cluster was started there
   */
  public ClusterSettings settings() throws IOException {
    return recordedSettings()
        .orElseThrow(
            () ->
                new UserErrorException(
                    path + " holds no cluster; start one with ./grpo cluster start --dir " + path));
  }

  Optional<ClusterSettings> recordedSettings() throws IOException {
    return Files.exists(settingsFile())
        ? Optional.of(RunJson.read(Files.readString(settingsFile()), ClusterSettings.class))
        : Optional.empty();
  }

  void write(ClusterSettings settings) throws IOException {
    Files.createDirectories(path);
    Files.writeString(settingsFile(), RunJson.write(settings) + "\n");
  }

  /** Adds a job to those submitted. */
  void add(Submitted submitted) throws IOException {
    Files.write(
        submittedFile(),
        (RunJson.write(submitted) + "\n").getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Every job that was submitted, oldest first. */
  public List<Submitted> submitted() throws IOException {
    List<Submitted> jobs = new ArrayList<>();
    if (Files.exists(submittedFile())) {
      for (String line : Files.readAllLines(submittedFile())) {
        jobs.add(RunJson.read(line, Submitted.class));
      }
    }
    return jobs;
  }

  /** Flink's configuration, as its processes read it. */
  Path configFolder() {
    return path.resolve("conf");
  }

  /** What each process prints, and its process id. */
  Path processFolder() {
    return path.resolve("processes");
  }

  Path brokerFolder() {
    return path.resolve("kafka");
  }

  Path zookeeperFolder() {
    return path.resolve("zookeeper");
  }

  Path highAvailabilityFolder() {
    return path.resolve("high-availability");
  }

  /** Checkpoints of runs that name no folder of their own. */
  public Path checkpointFolder() {
    return path.resolve("checkpoints");
  }

  Path savepointFolder() {
    return path.resolve("savepoints");
  }

  /** Archives of classes, which make a process start sooner than its first time. */
  Path classesFolder() {
    return path.resolve("classes");
  }

  Path temporaryFolder() {
    return path.resolve("tmp");
  }

  private Path settingsFile() {
    return path.resolve("cluster.json");
  }

  private Path submittedFile() {
    return path.resolve("submitted.jsonl");
  }
}
