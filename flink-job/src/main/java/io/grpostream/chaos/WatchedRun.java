package io.grpostream.chaos;

import io.grpostream.cluster.ClusterFolder;
import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.cluster.JobClient;
import io.grpostream.cluster.Submission;
import io.grpostream.config.RunConfig;
import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Topics;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import io.grpostream.rules.LedgerCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A run on the cluster, its announcements, and afterwards what its topics say of it. */
final class WatchedRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

  private final ClusterFolder cluster;
  private final Submitted submitted;
  private final CommittedTopics topics;
  private final VersionWatch watch;

  private WatchedRun(
      ClusterFolder cluster, Submitted submitted, CommittedTopics topics, VersionWatch watch) {
    this.cluster = cluster;
    this.submitted = submitted;
    this.topics = topics;
    this.watch = watch;
  }

  /** Submits it, and returns when its base version is announced. */
  static WatchedRun start(ClusterFolder cluster, ChaosSettings settings, String name, long steps)
      throws Exception {
    List<String> overrides = new ArrayList<>(settings.overrides());
    overrides.add("run.steps=" + steps);
    overrides.add("kafka.topic-prefix=" + name + ".");
    Path folder = cluster.path().resolve(name);
    RunConfig config = Submission.resolved(settings.config(), overrides, name, folder, cluster);
    Submitted submitted = new Submission(config, name, RunFolder.create(folder), cluster).start();
    KafkaConnection kafka = KafkaConnection.of(cluster.settings().bootstrapServers());
    Topics topics = new Topics(config.kafka().topicPrefix());
    VersionWatch watch = new VersionWatch(kafka, topics, config.schedule().maxStaleness(), steps);
    WatchedRun run = new WatchedRun(cluster, submitted, new CommittedTopics(kafka, topics), watch);
    if (!watch.await(0, PATIENCE)) {
      run.close();
      throw new IllegalStateException(
          "run "
              + name
              + " did not start within "
              + PATIENCE.toSeconds()
              + " s; see "
              + cluster.path());
    }
    return run;
  }

  VersionWatch watch() {
    return watch;
  }

  Submitted submitted() {
    return submitted;
  }

  Path store() {
    return Path.of(submitted.folder(), "store", submitted.run());
  }

  /**
   * Ends the job with a savepoint, which commits what it has written; a job that is just restarting
   * is asked again.
   */
  void end() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (JobClient client = JobClient.of(cluster.settings())) {
        client.savepoint(submitted.job(), true);
        return;
      } catch (UserErrorException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(BETWEEN_TRIES.toMillis());
      }
    }
  }

  /** The committed ledger. */
  List<TrainingStep> ledger() {
    List<TrainingStep> steps = new ArrayList<>();
    topics.trainingSteps(steps::add);
    return steps;
  }

  /** The judge's word, from prompts, training-steps and rejected. */
  LedgerCheck.Result judge() throws Exception {
    return LedgerAudit.of(new LedgerSource.OnTopic(topics));
  }

  @Override
  public void close() {
    watch.close();
  }
}
