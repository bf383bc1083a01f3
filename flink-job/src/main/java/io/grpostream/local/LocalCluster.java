package io.grpostream.local;

import io.grpostream.job.JobSettings;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.checkpoint.FailedCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flink in this process, with its dashboard on the loopback address, running one job. */
public final class LocalCluster implements AutoCloseable {

  /** Flink tries them in turn; 0 is any. */
  private static final String USUAL_PORT_OR_ANY = "8081,0";

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

  private final Configuration configuration;
  private final MiniCluster cluster;
  private @Nullable JobID job;

  private LocalCluster(Configuration configuration, MiniCluster cluster) {
    this.configuration = configuration;
    this.cluster = cluster;
  }

  /**
   * Starts it.
   *
   * @param port the dashboard's; absent takes 8081, or any free one if that is taken
   * @param slots the job's parallelism
   * @param checkpoints folder or URI for checkpoints
   * @throws UserErrorException if the port is in use
   */
  public static LocalCluster start(
      Optional<Integer> port, int slots, URI checkpoints, Duration interval) throws Exception {
    return start(port, 1, slots, checkpoints, interval);
  }

  /** Starts it with several TaskManagers of so many slots each. */
  static LocalCluster start(
      Optional<Integer> port, int taskManagers, int slots, URI checkpoints, Duration interval)
      throws Exception {
    Configuration configuration = configuration(slots, checkpoints, interval);
    requireFree(port);
    configuration.set(RestOptions.BIND_PORT, port.map(String::valueOf).orElse(USUAL_PORT_OR_ANY));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new LocalCluster(configuration, cluster);
  }

  private static Configuration configuration(int slots, URI checkpoints, Duration interval) {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, LOOPBACK);
    configuration.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    configuration.set(JobManagerOptions.ADDRESS, LOOPBACK);
    // Without these Flink's own servers listen on every address.
    configuration.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    configuration.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    JobSettings.put(configuration, checkpoints, interval);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
    return configuration;
  }

  /**
   * Finds out early whether {@link #start} could have the dashboard's port.
   *
   * @throws UserErrorException if the port is in use
   */
  public static void requireFree(Optional<Integer> port) {
    if (port.isPresent()) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.get()));
      } catch (IOException e) {
        throw new UserErrorException(
            "web.port is "
                + port.get()
                + ", which is in use; choose another, or leave it out for any free one",
            e);
      }
    }
  }

  /** The dashboard's address. */
  public URI dashboard() throws InterruptedException, ExecutionException {
    return cluster.getRestAddress().get();
  }

  /** An environment to add the job's operators to. */
  public StreamExecutionEnvironment environment() {
    return JobSettings.environment(configuration);
  }

  /** Submits the environment's job. */
  public void submit(StreamExecutionEnvironment env, String name)
      throws InterruptedException, ExecutionException {
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(name);
    job = cluster.submitJob(graph.getJobGraph()).get().getJobID();
  }

  /** Whether every task of the job is running. */
  public boolean isRunning() throws InterruptedException, ExecutionException {
    for (var vertex : graph().getAllExecutionVertices()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /**
   * Throws if the job has failed for good.
   *
   * @throws JobFailedException with the innermost cause
   */
  public void check() throws InterruptedException, ExecutionException, JobFailedException {
    AccessExecutionGraph graph = graph();
    if (graph.getState() == JobStatus.FAILED) {
      ErrorInfo failure = graph.getFailureInfo();
      Throwable cause =
          failure == null
              ? new IllegalStateException("Flink gives no reason")
              : failure.getException().deserializeError(LocalCluster.class.getClassLoader());
      throw new JobFailedException(cause);
    }
  }

  /** Takes a savepoint and ends the job with it; its folder. */
  public CompletableFuture<String> stopWithSavepoint(Path folder) {
    return cluster.stopWithSavepoint(
        job(), folder.toUri().toString(), false, SavepointFormatType.NATIVE);
  }

  /**
   * Ends the job without a savepoint, if there is one that goes on, and waits until its workers
   * have been told.
   */
  public void cancel() throws InterruptedException, ExecutionException {
    if (job != null && !isEnded()) {
      cluster.cancelJob(job).get();
    }
  }

  /**
   * Waits until the cancelled job has ended, for a while: a cluster that is closed while Flink
   * takes note of the end says that something failed.
   */
  void awaitEnd() throws InterruptedException, ExecutionException {
    await(cluster.requestJobResult(job()));
  }

  /** Whether the job has ended, in whatever way. */
  public boolean isEnded() throws InterruptedException, ExecutionException {
    return graph().getState().isGloballyTerminalState();
  }

  /** Checkpoints completed so far, savepoints among them. */
  public long completedCheckpoints() throws InterruptedException, ExecutionException {
    return checkpointCounts().completed();
  }

  /**
   * How checkpoints have gone so far, savepoints among them.
   *
   * @param lastFailure what Flink says of the last that failed; empty if it says nothing
   */
  record CheckpointCounts(long completed, long failed, String lastFailure) {}

  CheckpointCounts checkpointCounts() throws InterruptedException, ExecutionException {
    CheckpointStatsSnapshot stats = graph().getCheckpointStatsSnapshot();
    if (stats == null) {
      return new CheckpointCounts(0, 0, "");
    }
    FailedCheckpointStats failed = stats.getHistory().getLatestFailedCheckpoint();
    String message = failed == null ? null : failed.getFailureMessage();
    return new CheckpointCounts(
        stats.getCounts().getNumberOfCompletedCheckpoints(),
        stats.getCounts().getNumberOfFailedCheckpoints(),
        message == null ? "" : message.lines().findFirst().orElse(""));
  }

  /**
   * The newest completed checkpoints, savepoints not counted.
   *
   * @param operator whose synchronous part is wanted, by its name in the job graph
   */
  List<CompletedCheckpoint> checkpoints(String operator)
      throws InterruptedException, ExecutionException {
    return CompletedCheckpoint.of(graph(), operator);
  }

  /**
   * The longest time that a completed checkpoint took, from its trigger to its end; savepoints not
   * counted.
   */
  public Duration longestCheckpoint() throws InterruptedException, ExecutionException {
    CheckpointStatsSnapshot stats = graph().getCheckpointStatsSnapshot();
    long longest = 0;
    if (stats != null) {
      for (AbstractCheckpointStats each : stats.getHistory().getCheckpoints()) {
        if (each.getStatus() == CheckpointStatsStatus.COMPLETED
            && !each.getProperties().isSavepoint()) {
          longest = Math.max(longest, each.getEndToEndDuration());
        }
      }
    }
    return Duration.ofMillis(longest);
  }

  private AccessExecutionGraph graph() throws InterruptedException, ExecutionException {
    return cluster.getExecutionGraph(job()).get();
  }

  private JobID job() {
    if (job == null) {
      throw new IllegalStateException("no job has been submitted");
    }
    return job;
  }

  /**
   * Ends what goes on. Tasks that wait for a broker that is gone would take a minute; they are left
   * to the end of the process.
   */
  @Override
  public void close() throws InterruptedException, ExecutionException {
    await(cluster.closeAsync());
  }

  private static void await(CompletableFuture<?> end)
      throws InterruptedException, ExecutionException {
    try {
      end.get(CLOSING.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("tasks have not ended within {}", CLOSING, e);
    }
  }
}
