package io.grpostream.pipeline;

import io.grpostream.fakes.FakeSampler;
import io.grpostream.fakes.FakeTrainer;
import io.grpostream.job.KafkaEdge;
import io.grpostream.job.RunPlace;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.PromptMessage;
import io.grpostream.kafka.PromptTokenizer;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.TopicReader;
import io.grpostream.kafka.Topics;
import io.grpostream.local.ClusterWait;
import io.grpostream.local.LocalBroker;
import io.grpostream.local.LocalCluster;
import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.records.TrainingStep;
import io.grpostream.rewards.Rewards;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Retention;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import io.grpostream.store.PolicyStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The real pipeline on a real broker and a MiniCluster, with a policy of four numbers in the place
 * of a language model.
 */
final class PipelineFixture implements AutoCloseable {
  static final int B = 4;
  static final int G = 3;
  private static final Duration LONG_TRANSACTIONS = Duration.ofMinutes(10);
  private static final PromptLimits LIMITS = new PromptLimits(40, 10_000);
  private static final RecordLimit LIMIT = new RecordLimit(LIMITS, G, 4, 16, 1, B);

  /**
   * What differs between tests.
   *
   * @param updates how many updates the learner may make; it waits when they are used up
   * @param reward name of the reward function
   */
  record Options(
      int maxStaleness,
      int rolloutParallelism,
      long steps,
      int updates,
      String reward,
      Map<String, String> rewardOptions) {
    static Options of(int maxStaleness, int rolloutParallelism, long steps) {
      return new Options(
          maxStaleness,
          rolloutParallelism,
          steps,
          Integer.MAX_VALUE,
          "regular-expression",
          Map.of("pattern", ".*[02468]/[13579]|.*[13579]/[02468]"));
    }
  }

  /** Prompts taken from Kafka in this JVM, which is the job's too. */
  private static final AtomicInteger TAKEN = new AtomicInteger();

  private final LocalBroker broker;
  private final LocalCluster cluster;
  private final RunPlace place;
  private final Path folder;

  PipelineFixture(Path folder, Options options, Duration checkpointInterval) throws Exception {
    this(folder, options, checkpointInterval, LONG_TRANSACTIONS);
  }

  PipelineFixture(
      Path folder, Options options, Duration checkpointInterval, Duration transactionTimeout)
      throws Exception {
    this.folder = folder;
    TAKEN.set(0);
    broker = LocalBroker.start(folder.resolve("kafka"));
    place =
        new RunPlace(
            "test",
            KafkaConnection.of(broker.bootstrapServers()),
            new Topics(""),
            new PolicyStore(folder.resolve("store").toUri().toString(), "test"));
    edge(transactionTimeout).setUpTopics(true);
    cluster =
        LocalCluster.start(
            Optional.of(0),
            options.rolloutParallelism(),
            folder.resolve("checkpoints").toUri(),
            checkpointInterval);
    submit(options, cluster.environment(), transactionTimeout);
  }

  /** Submits the job again, from a savepoint. */
  void resume(Options options, String savepoint) throws Exception {
    StreamExecutionEnvironment env = cluster.environment();
    env.configure(new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
    submit(options, env, LONG_TRANSACTIONS);
  }

  private void submit(Options options, StreamExecutionEnvironment env, Duration transactionTimeout)
      throws Exception {
    KafkaEdge edge = edge(transactionTimeout);
    new Pipeline(settings(options), parts(options, edge), edge.sinks()).addTo(env, edge.source(-1));
    cluster.submit(env, "test");
  }

  private KafkaEdge edge(Duration transactionTimeout) {
    return new KafkaEdge(place, LIMIT, transactionTimeout);
  }

  private static PipelineSettings settings(Options options) {
    StalenessGate rule = new StalenessGate(options.maxStaleness(), B);
    SamplingSettings sampling =
        new SamplingSettings(G, 4, 1, false, 0, 1, 0, 1, List.of(), List.of(), 1);
    LearnerSettings learner =
        new LearnerSettings(
            "test",
            1,
            Schedule.LOCKSTEP,
            rule,
            new Batches(B, 2),
            new Minibatches(B, 1, 1),
            Advantages.Scale.GROUP,
            false,
            new Retention(options.maxStaleness(), 0, 0),
            "config");
    return new PipelineSettings(
        new RolloutSettings(Schedule.LOCKSTEP, rule, sampling),
        options.rolloutParallelism(),
        List.of(new Rewards.Spec(options.reward(), 1, options.rewardOptions())),
        learner,
        options.steps() * B);
  }

  private static PipelineParts parts(Options options, KafkaEdge edge) {
    Semaphore permits = new Semaphore(options.updates());
    return new PipelineParts(
        () -> new PromptDecoder(new Characters(), LIMITS),
        seat -> new FakeSampler(),
        seat -> new FakeTrainer(permits),
        edge.feed(),
        edge.place().store());
  }

  /** One token per character; the end of a conversation is its last message. */
  private static final class Characters implements PromptTokenizer {
    @Override
    public int[] encode(String text, boolean rendered) {
      TAKEN.incrementAndGet();
      return text.chars().toArray();
    }

    @Override
    public String renderChat(List<PromptMessage> messages) {
      return messages.get(messages.size() - 1).content();
    }
  }

  void produce(byte[]... values) throws Exception {
    Properties properties = kafka().clientProperties();
    properties.setProperty("max.request.size", "10000000");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] value : values) {
        var unused = producer.send(new ProducerRecord<>(topics().prompts(), value));
      }
      producer.flush();
    }
  }

  void producePrompts(int count) throws Exception {
    byte[][] values = new byte[count][];
    for (int i = 0; i < count; i++) {
      values[i] = ("{\"prompt\":\"prompt " + i + "\"}").getBytes(StandardCharsets.UTF_8);
    }
    produce(values);
  }

  /** Prompts that the source has handed to decode so far. */
  int taken() {
    return TAKEN.get();
  }

  URI savepoints() {
    return folder.resolve("savepoints").toUri();
  }

  LocalCluster cluster() {
    return cluster;
  }

  KafkaConnection kafka() {
    return place.kafka();
  }

  Topics topics() {
    return place.topics();
  }

  /** Waits until the job runs and has made so many steps, committed or not. */
  void awaitSteps(long steps) throws Exception {
    await(
        steps + " steps",
        () ->
            cluster.isRunning()
                && ledger(IsolationLevel.READ_UNCOMMITTED).stream()
                    .anyMatch(step -> step.determined().version() >= steps));
  }

  void await(String what, Callable<Boolean> condition) throws Exception {
    ClusterWait.await(cluster, what, condition);
  }

  List<TrainingStep> ledger(IsolationLevel isolation) {
    List<TrainingStep> steps = new ArrayList<>();
    try (TopicReader<TrainingStep> reader =
        TopicReader.trainingSteps(kafka(), topics(), isolation)) {
      reader.readToEnd(steps::add);
    }
    return steps;
  }

  /** Ends the job with a savepoint, which commits everything. */
  void stop() throws Exception {
    cluster.stopWithSavepoint(folder.resolve("savepoints")).get();
    await("the end", cluster::isEnded);
  }

  @Override
  public void close() throws Exception {
    cluster.close();
    broker.close();
  }
}
