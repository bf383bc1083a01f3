package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.local.LocalBroker;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics, loader, dump, readers and feed against a real broker; each test has its own prefix. */
class KafkaEdgeITCase {
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);
  private static final RecordLimit LIMIT =
      new RecordLimit(new PromptLimits(64, 1 << 20), 64, 256, 256, 1, 4);

  @TempDir static Path dir;
  private static LocalBroker broker;
  private static KafkaConnection kafka;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(dir.resolve("kafka"));
    kafka = KafkaConnection.of(broker.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Topics created(String prefix) {
    Topics topics = new Topics(prefix);
    setup(topics, 1, true, LIMIT).create(kafka);
    return topics;
  }

  private static TopicSetup setup(
      Topics topics, int partitions, boolean lockstep, RecordLimit limit) {
    return new TopicSetup(topics, partitions, lockstep, limit, TRANSACTION_TIMEOUT);
  }

  private static KafkaProducer<byte[], byte[]> producer(Properties more) {
    Properties properties = kafka.clientProperties();
    properties.putAll(more);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<String> values(String topic) {
    List<String> values = new ArrayList<>();
    try (TopicReader<String> reader =
        new TopicReader<>(
            kafka,
            topic,
            value -> new String(value, StandardCharsets.UTF_8),
            IsolationLevel.READ_COMMITTED)) {
      reader.readToEnd(values::add);
    }
    return values;
  }

  @Test
  void topicsGetTheirLimitsAndMayBeThereAlready() throws Exception {
    Topics topics = created("limits-");
    created("limits-");
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      ConfigResource rollouts = new ConfigResource(ConfigResource.Type.TOPIC, topics.rollouts());
      var config = admin.describeConfigs(List.of(rollouts)).all().get().get(rollouts);
      assertNotNull(config);
      assertEquals(Integer.toString(LIMIT.bytes()), config.get("max.message.bytes").value());
      assertEquals("-1", config.get("retention.ms").value());
    }
  }

  @Test
  void topicsThatDoNotFitAreRefused() {
    setup(new Topics("two-"), 2, false, LIMIT).create(kafka);
    UserErrorException partitions =
        assertThrows(
            UserErrorException.class,
            () -> setup(new Topics("two-"), 2, true, LIMIT).create(kafka));
    assertTrue(
        String.valueOf(partitions.getMessage())
            .startsWith("topic two-prompts has 2 partitions; schedule.mode lockstep needs one"),
        partitions.toString());
    RecordLimit larger = new RecordLimit(new PromptLimits(64, 1 << 20), 65, 256, 256, 1, 4);
    UserErrorException bytes =
        assertThrows(
            UserErrorException.class,
            () -> setup(new Topics("two-"), 2, false, larger).create(kafka));
    assertEquals(
        "topic two-completions takes records of %d bytes; this configuration can make %d; raise its max.message.bytes, or lower rollout.group-size or rollout.max-tokens"
            .formatted(LIMIT.bytes(), larger.bytes()),
        bytes.getMessage());
  }

  @Test
  void aTransactionTimeoutBeyondTheBrokersIsRefused() {
    TopicSetup longer =
        new TopicSetup(new Topics("long-"), 1, true, LIMIT, Duration.ofDays(1).plusMillis(1));
    UserErrorException e = assertThrows(UserErrorException.class, () -> longer.create(kafka));
    assertEquals(
        "kafka.transaction-timeout is 86400001 ms; it must be at most the broker's"
            + " transaction.max.timeout.ms, which is 86400000; lower the one or raise the other",
        e.getMessage());
  }

  @Test
  void aLedgerThatWouldForgetIsRefused() throws Exception {
    String name = new Topics("forgetful-").trainingSteps();
    NewTopic forgetful =
        new NewTopic(name, 1, (short) 1)
            .configs(
                Map.of(
                    "max.message.bytes",
                    Integer.toString(LIMIT.bytes()),
                    "retention.ms",
                    "604800000"));
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      admin.createTopics(List.of(forgetful)).all().get();
    }
    UserErrorException e = assertThrows(UserErrorException.class, () -> created("forgetful-"));
    assertTrue(
        String.valueOf(e.getMessage())
            .startsWith("topic forgetful-training-steps has retention.ms 604800000; it must be -1"),
        e.toString());
  }

  @Test
  void loadsExactlyTheCountEpochAfterEpoch() throws Exception {
    Topics topics = created("load-");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lines.add("{\"prompt\":\"" + i + "+1=\",\"answer\":" + (i + 1) + "}");
    }
    PromptLoader loader = PromptLoader.open(Files.write(dir.resolve("prompts.jsonl"), lines));
    PromptOrder order = PromptOrder.shuffled(3);
    loader.load(kafka, topics.prompts(), order, 3, 9);

    List<String> expected = new ArrayList<>();
    for (int position = 3; position < 12; position++) {
      expected.add(lines.get(order.epoch(position / 5, 5)[position % 5]));
    }
    assertEquals(expected, values(topics.prompts()));
  }

  @Test
  void dumpsPromptsAndLoadsThemAgain() throws Exception {
    Topics topics = created("dump-");
    Path file =
        Files.writeString(
            dir.resolve("dump.jsonl"),
            "{\"prompt\":\"a\",\"answer\":1}\n"
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}");
    PromptLoader.open(file).load(kafka, topics.prompts(), PromptOrder.asInFile(), 0, 2);
    try (KafkaProducer<byte[], byte[]> producer = producer(new Properties())) {
      producer.send(new ProducerRecord<>(topics.prompts(), new byte[] {1, 2})).get();
      producer.send(new ProducerRecord<>(topics.prompts(), new byte[] {1}, null)).get();
    }
    Path dumped = dir.resolve("prompts.avro");
    assertEquals(2, new TopicDump(kafka, topics).prompts(dumped));
    List<PromptFile.Entry> again = PromptFile.read(dumped);
    List<PromptFile.Entry> first = PromptFile.read(file);
    for (int i = 0; i < 2; i++) {
      assertEquals(
          PromptContent.parse(first.get(i).value()), PromptContent.parse(again.get(i).value()));
    }
  }

  @Test
  void promptsThatComeBeforeAnyRunMakeTheirTopic() throws Exception {
    Topics topics = new Topics("early-");
    assertTrue(PromptsTopic.makeIfMissing(kafka, topics.prompts()));
    assertFalse(PromptsTopic.makeIfMissing(kafka, topics.prompts()));
    String large = "{\"prompt\":\"" + "a".repeat(40 << 20) + "\"}";
    Path file = Files.writeString(dir.resolve("large.jsonl"), large);
    PromptLoader.open(file).load(kafka, topics.prompts(), PromptOrder.asInFile(), 0, 1);
    setup(topics, 1, true, LIMIT).create(kafka);
    assertEquals(
        List.of(large.length()), values(topics.prompts()).stream().map(String::length).toList());
  }

  @Test
  void refusesToLoadOntoATopicThatIsNotThere() throws Exception {
    Path file = Files.writeString(dir.resolve("one.jsonl"), "{\"prompt\":\"a\"}");
    KafkaConnection impatient =
        new KafkaConnection(kafka.bootstrapServers(), Map.of("max.block.ms", "1000"));
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> PromptLoader.open(file).load(impatient, "nowhere", PromptOrder.asInFile(), 0, 1));
    assertTrue(
        String.valueOf(e.getMessage()).contains(file + ":1 onto topic nowhere"), e.toString());
  }

  @Test
  void theLedgerShowsWhatIsCommittedOrMoreOnRequest() throws Exception {
    Topics topics = created("ledger-");
    RandomRecords random = new RandomRecords(1);
    TrainingStep committed = random.step(2);
    TrainingStep open = random.step(2);
    Properties transactional = new Properties();
    transactional.setProperty("transactional.id", "ledger");
    try (KafkaProducer<byte[], byte[]> producer = producer(transactional)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topics, committed)).get();
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(record(topics, open)).get();
      assertEquals(1, steps(topics, IsolationLevel.READ_COMMITTED).size());
      List<TrainingStep> all = steps(topics, IsolationLevel.READ_UNCOMMITTED);
      assertEquals(2, all.size());
      Deep.assertSame(committed, all.get(0));
      Deep.assertSame(open, all.get(1));
      assertEquals(1, new TopicDump(kafka, topics).trainingSteps(dir.resolve("steps.avro")));
      producer.abortTransaction();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(Topics topics, TrainingStep step) {
    return new ProducerRecord<>(topics.trainingSteps(), TrainingStepCodec.encode(step));
  }

  private static List<TrainingStep> steps(Topics topics, IsolationLevel isolation) {
    List<TrainingStep> steps = new ArrayList<>();
    try (TopicReader<TrainingStep> reader = TopicReader.trainingSteps(kafka, topics, isolation)) {
      reader.readToEnd(steps::add);
    }
    return steps;
  }

  @Test
  void theFeedSeesOldAndNewVersionsAndEndsQuickly() throws Exception {
    Topics topics = created("feed-");
    RandomRecords random = new RandomRecords(2);
    PolicyVersion old = random.version();
    PolicyVersion fresh = random.version();
    Recorder recorder = new Recorder();
    try (KafkaProducer<byte[], byte[]> producer = producer(new Properties())) {
      producer
          .send(new ProducerRecord<>(topics.policyVersions(), PolicyVersionCodec.encode(old)))
          .get();
      PolicyFeed feed = PolicyFeed.follow(kafka, topics, recorder);
      assertEquals(old, recorder.heard.poll(10, TimeUnit.SECONDS));
      producer
          .send(new ProducerRecord<>(topics.policyVersions(), PolicyVersionCodec.encode(fresh)))
          .get();
      assertEquals(fresh, recorder.heard.poll(10, TimeUnit.SECONDS));
      long begin = System.nanoTime();
      feed.close();
      assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 3000);
      assertNull(recorder.heard.poll());
    }
  }

  @Test
  void theFeedTellsWhyItEnds() throws Exception {
    Topics topics = created("foreign-");
    Recorder recorder = new Recorder();
    try (KafkaProducer<byte[], byte[]> producer = producer(new Properties());
        PolicyFeed feed = PolicyFeed.follow(kafka, topics, recorder)) {
      assertNotNull(feed);
      producer.send(new ProducerRecord<>(topics.policyVersions(), new byte[] {1, 2})).get();
      UserErrorException e =
          assertInstanceOf(UserErrorException.class, recorder.heard.poll(10, TimeUnit.SECONDS));
      assertTrue(
          String.valueOf(e.getMessage())
              .startsWith("record foreign-policy-versions-0@0 cannot be read: "),
          e.toString());
    }
  }

  /** Versions and failures in the order they are heard. */
  private static final class Recorder implements PolicyFeed.Listener {
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @Override
    public void announced(PolicyVersion version) {
      heard.add(version);
    }

    @Override
    public void failed(Throwable cause) {
      heard.add(cause);
    }
  }
}
