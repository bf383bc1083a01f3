package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.cluster.FaultTarget;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PromptLoader;
import io.grpostream.kafka.PromptOrder;
import io.grpostream.kafka.TopicReader;
import io.grpostream.kafka.Topics;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.kafka.common.IsolationLevel;

/** A run on a cluster, led from life to life: what it is asked, when it is killed. */
final class RunWithLives {
  private static final Topics TOPICS = new Topics("");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Set<String> dead = new HashSet<>();
  private final KafkaConnection kafka;
  private final FaultTarget target;

  RunWithLives(KafkaConnection kafka, FaultTarget target) {
    this.kafka = kafka;
    this.target = target;
  }

  /** Puts the next prompts of the demo onto the topic. */
  void produce(int from, int count) {
    PromptLoader.openUnchecked(TestCluster.PROJECT.resolve("data/addition-train.jsonl"))
        .load(kafka, TOPICS.prompts(), PromptOrder.asInFile(), from, count);
  }

  /** Has a checkpoint taken, and waits for it. */
  void checkpoint(URI dashboard) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, dashboard.getHost());
    configuration.set(RestOptions.PORT, dashboard.getPort());
    try (RestClusterClient<String> client = new RestClusterClient<>(configuration, "test")) {
      client.triggerCheckpoint(JobID.fromHexString(target.job().job()), CheckpointType.FULL).get();
    }
  }

  /** kill -9 of the learner's process; whatever was announced until now is a dead life's. */
  void kill() throws Exception {
    String process = target.learner();
    target.kill(process);
    target.restart(process);
    announced().forEach(version -> dead.add(version.lineage()));
  }

  /** Waits for this version of a living lineage; its hash. */
  String awaitVersion(long number) throws Exception {
    List<String> found = new ArrayList<>();
    await(
        "version " + number,
        () -> {
          announced().stream()
              .filter(version -> version.number() == number && !dead.contains(version.lineage()))
              .forEach(version -> found.add(version.sha256()));
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /** Waits until a group that this version sampled has been scored. */
  void awaitSampledBy(String sha256) throws Exception {
    await(
        "groups sampled by " + sha256,
        () -> rollouts().stream().anyMatch(group -> group.policy().sha256().equals(sha256)));
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "never came: " + what);
      Thread.sleep(100);
    }
  }

  private List<PolicyVersion> announced() {
    return read(TopicReader.policyVersions(kafka, TOPICS, IsolationLevel.READ_UNCOMMITTED));
  }

  private List<Group> rollouts() {
    return read(TopicReader.rollouts(kafka, TOPICS, IsolationLevel.READ_UNCOMMITTED));
  }

  private static <T> List<T> read(TopicReader<T> topic) {
    List<T> records = new ArrayList<>();
    try (topic) {
      topic.readToEnd(records::add);
    }
    return records;
  }

  /** The committed ledger. */
  List<TrainingStep> ledger() {
    return read(TopicReader.trainingSteps(kafka, TOPICS, IsolationLevel.READ_COMMITTED));
  }
}
