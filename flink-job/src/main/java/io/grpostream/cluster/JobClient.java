package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.jobgraph.JobGraph;

/** Submits, cancels and saves jobs on a cluster, through its REST interface. */
public final class JobClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final RestClusterClient<String> client;
  private final String address;

  private JobClient(RestClusterClient<String> client, String address) {
    this.client = client;
    this.address = address;
  }

  public static JobClient of(ClusterSettings cluster) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, ClusterSettings.HOST);
    configuration.set(RestOptions.PORT, RestApi.of(cluster).port());
    configuration.set(RestOptions.RETRY_MAX_ATTEMPTS, 3);
    configuration.set(RestOptions.RETRY_DELAY, Duration.ofMillis(500));
    return new JobClient(new RestClusterClient<>(configuration, "grpo"), cluster.dashboard());
  }

  /** Hands over a job; it goes on by itself. */
  String submit(JobGraph graph) throws InterruptedException {
    return await(client.submitJob(graph)).toHexString();
  }

  /** Ends a job without a savepoint; its checkpoints stay. */
  public void cancel(String job) throws InterruptedException {
    await(client.cancel(JobID.fromHexString(job)));
    while (running().contains(job)) {
      Thread.sleep(100);
    }
  }

  /**
   * Takes a savepoint; its address.
   *
   * @param stop end the job with it
   */
  public String savepoint(String job, boolean stop) throws InterruptedException {
    JobID id = JobID.fromHexString(job);
    // Without an end of the stream: a run that is resumed goes on where it was.
    return await(
        stop
            ? client.stopWithSavepoint(id, false, null, SavepointFormatType.NATIVE)
            : client.triggerSavepoint(id, null, SavepointFormatType.NATIVE));
  }

  /** Ids of the jobs that have not ended. */
  public List<String> running() throws InterruptedException {
    List<String> jobs = new ArrayList<>();
    for (JobStatusMessage job : await(client.listJobs())) {
      if (!job.getJobState().isGloballyTerminalState()) {
        jobs.add(job.getJobId().toHexString());
      }
    }
    return jobs;
  }

  private <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new UserErrorException(
          "the cluster at "
              + address
              + " did not do it: "
              + cause.getMessage()
              + "; ./grpo cluster status says whether it runs",
          e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
