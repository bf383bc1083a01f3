package io.grpostream.local;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.job.RunPlace;
import io.grpostream.job.TrainingJob;
import io.grpostream.kafka.TopicRange;
import io.grpostream.kafka.TopicReader;
import io.grpostream.manifest.Manifest;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import io.grpostream.report.RunSummary;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;

/**
 * The whole main job on one machine: broker, cluster, prompts, pipeline, until the ledger has its
 * steps or someone stops it; then a savepoint, and everything that a run leaves behind, in its
 * folder.
 */
public final class LocalRun {
  private static final Duration POLL = Duration.ofMillis(100);

  /** Between two looks at a run that goes on: what looks often takes time from its steps. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final RunConfig config;
  private final RunFolder folder;
  private final RunProgress progress;
  private final StopRequest stop;
  private final String run;
  private final CheckpointHealth checkpoints = new CheckpointHealth();

  public LocalRun(
      RunConfig config, String run, RunFolder folder, RunProgress progress, StopRequest stop) {
    this.config = config;
    this.run = run;
    this.folder = folder;
    this.progress = progress;
    this.stop = stop;
  }

  /** What a run works with while it goes on. */
  private record Parts(
      RunPlace place, LocalKafka kafka, LocalCluster cluster, HeldOut heldOut, Manifest manifest) {}

  /** Runs to the end. */
  public RunSummary run() throws Exception {
    folder.writeConfig(ConfigFile.write(config));
    LocalCluster.requireFree(dashboardPort());
    Manifest manifest = Manifest.of(config, run);
    manifest.write(folder.manifestFile());
    HeldOut heldOut = HeldOut.of(config, folder, progress, stop);
    try (LocalKafka kafka = LocalKafka.start(config.kafka(), folder.path().resolve("kafka"));
        LocalCluster cluster = startCluster()) {
      Parts parts =
          new Parts(
              RunPlace.of(config, run, kafka.connection(), folder.path()),
              kafka,
              cluster,
              heldOut,
              manifest);
      return run(parts);
    }
  }

  private RunSummary run(Parts parts) throws Exception {
    try {
      parts.heldOut().measureBase();
      double startupSeconds = train(parts);
      RunResults results = new RunResults(config, folder, parts.place());
      // The savepoint that ends the job counts as a checkpoint with Flink.
      RunResults.Measured measured =
          new RunResults.Measured(
              parts.cluster().completedCheckpoints() - 1,
              startupSeconds,
              stop.requested(),
              LocalRun::sinceJvmStart);
      RunSummary summary = results.write(parts.heldOut(), measured);
      parts
          .manifest()
          .with(TopicRange.of(parts.place().kafka(), parts.place().topics().all()))
          .write(folder.manifestFile());
      progress.finished(summary);
      return summary;
    } catch (Exception e) {
      // A broker that gave up is behind whatever else fails.
      parts.kafka().check();
      if (checkpoints.isFailing() && e instanceof IllegalStateException) {
        throw takenBack(e);
      }
      throw e;
    }
  }

  /** What is missing is written again after a completed checkpoint, and there was none. */
  private UserErrorException takenBack(Exception found) {
    return new UserErrorException(
        "the run ended with records missing ("
            + found.getMessage()
            + "): checkpoints could not be written to the end, and what none has committed within"
            + " kafka.transaction-timeout the broker takes back; make room at"
            + " checkpoint.directory, and run again; run.log has details",
        found);
  }

  /**
   * Trains until the last step, or until someone stops it, and ends the job; seconds from the start
   * of the JVM until the job ran.
   */
  private double train(Parts parts) throws Exception {
    TrainingJob job = new TrainingJob(config, parts.place());
    job.setUpTopics();
    job.refuseOtherRunsLedger();
    try (PromptSupply prompts = PromptSupply.start(config, parts.place())) {
      StreamExecutionEnvironment env = parts.cluster().environment();
      job.addTo(env);
      parts.cluster().submit(env, "grpo-stream " + run);
      double startupSeconds = awaitStart(parts);
      progress.started(parts.cluster().dashboard(), folder.path(), startupSeconds);
      follow(parts, prompts);
      progress.stopping();
      end(parts.cluster());
      return startupSeconds;
    }
  }

  private LocalCluster startCluster() throws Exception {
    String directory = config.checkpoint().directory();
    URI checkpoints =
        directory == null ? folder.path().resolve("checkpoints").toUri() : RunPlace.uri(directory);
    return LocalCluster.start(
        dashboardPort(),
        config.rollout().parallelism(),
        checkpoints,
        config.checkpoint().interval());
  }

  private Optional<Integer> dashboardPort() {
    return Optional.ofNullable(config.web().port());
  }

  /**
   * Waits until every task runs and the base version is announced: from then on the job can be
   * stopped in the clean way.
   */
  private double awaitStart(Parts parts) throws Exception {
    RunPlace place = parts.place();
    try (TopicReader<PolicyVersion> versions =
        TopicReader.policyVersions(
            place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      boolean announced = false;
      while (!announced || !parts.cluster().isRunning()) {
        announced |= versions.poll(POLL).stream().anyMatch(version -> version.run().equals(run));
        checkHealth(parts);
      }
    }
    return sinceJvmStart();
  }

  /**
   * Follows the ledger until its last step is there, before it is committed, which the stop does.
   */
  private void follow(Parts parts, PromptSupply prompts) throws Exception {
    RunPlace place = parts.place();
    Long steps = config.run().steps();
    Pace pace = new Pace(steps == null ? -1 : steps);
    long done = 0;
    long looked = System.nanoTime();
    try (TopicReader<TrainingStep> ledger =
        TopicReader.trainingSteps(place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      while (!stop.requested() && (steps == null || done < steps)) {
        for (TrainingStep step : ledger.poll(LOOK)) {
          if (!stop.requested() && step.determined().version() > done) {
            done = step.determined().version();
            pace.step(step);
            progress.step(step, pace.tokensPerSecond(), pace.secondsLeft());
            parts.heldOut().measureIfDue(step, place.store());
          }
        }
        if (System.nanoTime() - looked >= LOOK.toNanos()) {
          looked = System.nanoTime();
          checkHealth(parts);
          tellOfCheckpoints(parts.cluster());
        }
        prompts.topUp(done);
      }
    }
    // A job that restarts takes no savepoint; its last steps come again first.
    while (!parts.cluster().isRunning()) {
      Thread.sleep(POLL.toMillis());
      checkHealth(parts);
    }
  }

  /** Ends the job with a savepoint; at once and without, if someone is in a hurry. */
  private void end(LocalCluster cluster) throws Exception {
    CompletableFuture<String> savepoint =
        cluster.stopWithSavepoint(Files.createDirectories(folder.path().resolve("savepoints")));
    while (!savepoint.isDone() || !cluster.isEnded()) {
      Thread.sleep(POLL.toMillis());
      leaveIfUrgent(cluster);
      if (savepoint.isCompletedExceptionally()) {
        savepoint.get();
      }
    }
  }

  private void tellOfCheckpoints(LocalCluster cluster) throws Exception {
    LocalCluster.CheckpointCounts counts = cluster.checkpointCounts();
    switch (checkpoints.observe(counts.completed(), counts.failed())) {
      case FAILING -> progress.checkpointsFail(counts.lastFailure());
      case WORKING_AGAIN -> progress.checkpointsWorkAgain();
      case NONE -> {}
    }
  }

  private void checkHealth(Parts parts) throws Exception {
    parts.kafka().check();
    parts.cluster().check();
    leaveIfUrgent(parts.cluster());
  }

  private void leaveIfUrgent(LocalCluster cluster) throws InterruptedException, ExecutionException {
    if (stop.urgent()) {
      cluster.cancel();
      throw new InterruptedException("stopped at once, without a savepoint");
    }
  }

  private static double sinceJvmStart() {
    return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
  }
}
