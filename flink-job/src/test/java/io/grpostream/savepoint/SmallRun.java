package io.grpostream.savepoint;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.job.RunPlace;
import io.grpostream.job.TrainingJob;
import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Nonsense;
import io.grpostream.kafka.PromptLoader;
import io.grpostream.kafka.PromptOrder;
import io.grpostream.kafka.TopicReader;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.local.ClusterWait;
import io.grpostream.local.LocalBroker;
import io.grpostream.local.LocalCluster;
import io.grpostream.records.Group;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.LedgerCheck;
import io.grpostream.store.PolicyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * An asynchronous run of a tiny model whose topics, policy store and savepoints lie in one folder,
 * where another run finds them.
 */
final class SmallRun implements AutoCloseable {
  /** Groups of a batch, in two blocks. */
  static final int B = 8;

  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  private final Path folder;
  private final LocalBroker broker;
  private final RunConfig config;
  private final RunPlace place;
  private final LocalCluster cluster;

  /**
   * Makes one; its job does not run yet.
   *
   * @param folder with the topics and the store of the run before, or empty
   * @param temporary an empty one, for what the next run does not need
   */
  SmallRun(Path folder, Path temporary, int parallelism, long steps) throws Exception {
    this.folder = folder;
    broker = LocalBroker.start(folder.resolve("kafka"));
    config =
        ConfigFile.load(
            PROJECT.resolve("conf/demo.yaml"),
            List.of(
                "run.steps=" + steps,
                "policy.checkpoint="
                    + TinyModel.write(PROJECT.resolve("models/adder"), temporary.resolve("model")),
                "prompts.file=",
                "evaluation.prompts=",
                "learner.batch-groups=" + B,
                "learner.learning-rate=1e-3",
                "learner.warmup-updates=0",
                "rollout.group-size=4",
                "rollout.block-groups=" + B / 2,
                "rollout.max-tokens=4",
                "rollout.parallelism=" + parallelism,
                "rewards.functions=[{name: regular-expression, options: {pattern: '^[0-4]'}}]"));
    place = RunPlace.of(config, "small", KafkaConnection.of(broker.bootstrapServers()), folder);
    cluster =
        LocalCluster.start(
            Optional.of(0),
            parallelism,
            temporary.resolve("checkpoints").toUri(),
            Duration.ofSeconds(1));
  }

  /** Starts the job, from the folder's savepoint if it has one. */
  void start() throws Exception {
    TrainingJob job = new TrainingJob(config, place);
    job.setUpTopics();
    keepForEver(place.topics().prompts());
    StreamExecutionEnvironment env = cluster.environment();
    if (Files.isDirectory(savepoints())) {
      try (var found = Files.list(savepoints())) {
        String savepoint = found.findFirst().orElseThrow().toUri().toString();
        env.configure(new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
      }
    }
    job.addTo(env);
    cluster.submit(env, "small");
  }

  /** The broker of a later year would delete the prompts within half a minute. */
  private void keepForEver(String topic) throws Exception {
    try (Admin admin = Admin.create(place.kafka().clientProperties())) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, "-1"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** Ends the job with a savepoint in the folder. */
  void stop() throws Exception {
    cluster.stopWithSavepoint(Files.createDirectories(savepoints())).get();
  }

  private Path savepoints() {
    return folder.resolve("savepoints");
  }

  /** Puts the next prompts of the demo onto the topic. */
  void produce(int from, int count) {
    PromptLoader.openUnchecked(PROJECT.resolve("data/addition-train.jsonl"))
        .load(place.kafka(), place.topics().prompts(), PromptOrder.asInFile(), from, count);
  }

  /** Puts a record onto the topic that is no prompt. */
  void produceNonsense() {
    Nonsense.produce(place.kafka(), place.topics());
  }

  void await(String what, Callable<Boolean> condition) throws Exception {
    ClusterWait.await(cluster, what, condition);
  }

  /** Steps and groups so far, committed or not. */
  void await(long steps, long groups) throws Exception {
    await(
        steps + " steps and " + groups + " groups",
        () ->
            cluster.isRunning()
                && ledger(IsolationLevel.READ_UNCOMMITTED).size() >= steps
                && groups().size() >= groups);
  }

  List<TrainingStep> ledger(IsolationLevel isolation) {
    return read(TopicReader.trainingSteps(place.kafka(), place.topics(), isolation));
  }

  private List<Group> groups() {
    return read(
        TopicReader.rollouts(place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED));
  }

  private static <T> List<T> read(TopicReader<T> topic) {
    List<T> records = new ArrayList<>();
    try (topic) {
      topic.readToEnd(records::add);
    }
    return records;
  }

  /** What {@code ledger check} says. */
  LedgerCheck.Result check() throws Exception {
    return LedgerAudit.of(
        new LedgerSource.OnTopic(new CommittedTopics(place.kafka(), place.topics())));
  }

  PolicyStore store() {
    return place.store();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
    broker.close();
  }
}
