package io.grpostream.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * What a fault can be done to: the processes of a cluster on this machine and the files of one of
 * its jobs.
 *
 * @param cluster whose
 * @param job the job that suffers
 */
public record FaultTarget(ProcessCluster cluster, ClusterFolder.Submitted job) {
  /** Written last: with it a checkpoint is complete. */
  private static final String METADATA = "_metadata";

  private static final Duration KILLED = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** The TaskManager with the learner. */
  public String learner() throws InterruptedException {
    return place("learner", Set.of());
  }

  /** A TaskManager that samples, if there is one without the learner; else the learner's. */
  public String rollout() throws InterruptedException {
    String learner = learner();
    return place("rollout", Set.of(learner));
  }

  /** The JobManager that leads. */
  public String jobManager() throws InterruptedException {
    return ClusterRoles.jobManager(1 + new Leader(cluster.folder(), cluster.settings()).index());
  }

  public String broker() {
    return ClusterRoles.BROKER;
  }

  /** kill -9. */
  public void kill(String process) throws InterruptedException {
    if (!cluster.process(process).end(RecordedProcess.End.KILL, KILLED)) {
      throw new IllegalStateException(process + " did not die of SIGKILL");
    }
  }

  /** Starts it again. */
  public void restart(String process) throws IOException {
    cluster.start(process);
  }

  /** SIGSTOP, and after a while SIGCONT. */
  public void pause(String process, Duration length) throws IOException, InterruptedException {
    long pid = cluster.process(process).running().orElseThrow().pid();
    signal("STOP", pid);
    try {
      Thread.sleep(length.toMillis());
    } finally {
      signal("CONT", pid);
    }
  }

  /** Waits until a checkpoint that did not exist yet has written a file but is not complete. */
  public boolean awaitSnapshot() throws IOException, InterruptedException {
    Set<String> before = checkpoints();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (String name : checkpoints()) {
        Path folder = checkpointFolder().resolve(name);
        if (!before.contains(name) && hasFile(folder) && !Files.exists(folder.resolve(METADATA))) {
          return true;
        }
      }
      Thread.sleep(2);
    }
    return false;
  }

  private Set<String> checkpoints() throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(checkpointFolder(), "chk-*")) {
      folders.forEach(each -> names.add(String.valueOf(each.getFileName())));
    } catch (NoSuchFileException e) {
      return names;
    }
    return names;
  }

  private static boolean hasFile(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return files.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private Path checkpointFolder() {
    return Path.of(java.net.URI.create(job.checkpoints())).resolve(job.job());
  }

  /** A process that runs that operator; while the job restarts, nobody does. */
  private String place(String operator, Set<String> rather) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      TaskPlaces places = new TaskPlaces(RestApi.of(cluster.settings()));
      Set<String> found = places.of(job.job(), operator);
      for (String name : found) {
        if (!rather.contains(name)) {
          return name;
        }
      }
      if (!found.isEmpty()) {
        return found.iterator().next();
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no TaskManager runs " + operator + " of job " + job.job());
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    kill.waitFor(KILLED.toSeconds(), TimeUnit.SECONDS);
  }
}
