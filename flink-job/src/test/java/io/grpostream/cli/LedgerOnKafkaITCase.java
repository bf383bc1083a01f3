package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.RejectionCodec;
import io.grpostream.kafka.TopicSetup;
import io.grpostream.kafka.Topics;
import io.grpostream.kafka.TrainingStepCodec;
import io.grpostream.local.LocalBroker;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.records.TrainingStep.Observed;
import io.grpostream.records.TrainingStep.TrainedGroup;
import io.grpostream.report.RunJson;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code grpo ledger} reads the topic of a real broker; each test has its own prefix. And what it
 * says where there is no broker.
 */
class LedgerOnKafkaITCase {
  private static final RecordLimit LIMIT =
      new RecordLimit(new PromptLimits(64, 1 << 20), 2, 16, 16, 1, 4);

  /** A wrong address must not look like a slow one. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir static Path folder;
  private static LocalBroker broker;
  private static KafkaConnection kafka;

  @BeforeAll
  static void start() {
    broker = LocalBroker.start(folder.resolve("kafka"));
    kafka = KafkaConnection.of(broker.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Step k: versions are named v0, v1, …; one prompt, number k. */
  private static TrainingStep step(String prefix, long k, long offset) {
    TrainedGroup group =
        new TrainedGroup(
            k,
            new Coordinates(prefix + "prompts", 0, offset),
            k,
            "v" + k,
            new double[] {1, Double.NaN},
            "trained");
    return new TrainingStep(
        new Determined(
            k, k + 1, "v" + (k + 1), "v" + k, "c", List.of(group), 0.5, Map.of("loss", 0.25), 1),
        new Observed("life", 1, 1, 0, 0, 1, 1, 0, -1));
  }

  private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    Properties properties = kafka.clientProperties();
    properties.setProperty("transactional.id", transactionalId);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    return producer;
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, byte[] value)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, value)).get();
  }

  /** Four prompts, the third of them rejected, and the others' steps. */
  private static Topics written(String prefix, TrainingStep... steps) throws Exception {
    Topics topics = new Topics(prefix);
    new TopicSetup(topics, 1, true, LIMIT, Duration.ofMinutes(1)).create(kafka);
    try (KafkaProducer<byte[], byte[]> producer = producer(prefix)) {
      for (int i = 0; i < 4; i++) {
        send(producer, topics.prompts(), "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8));
      }
      for (TrainingStep step : steps) {
        send(producer, topics.trainingSteps(), TrainingStepCodec.encode(step));
      }
      Rejection third =
          new Rejection(
              new Coordinates(topics.prompts(), 0, 2),
              Rejection.Reason.EMPTY,
              "empty",
              new byte[0],
              new byte[0]);
      send(producer, topics.rejected(), RejectionCodec.encode(third));
      producer.commitTransaction();
    }
    return topics;
  }

  private static Ran ledger(String prefix, Object... words) {
    Object[] all = new Object[words.length + 5];
    all[0] = "ledger";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--bootstrap-servers";
    all[words.length + 2] = kafka.bootstrapServers();
    all[words.length + 3] = "--topic-prefix";
    all[words.length + 4] = prefix;
    return Ran.grpo(all);
  }

  private static Path inFolder(String name, List<TrainingStep> steps) throws Exception {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        run.resolve("steps.jsonl"),
        steps.stream().map(step -> RunJson.write(step) + "\n").collect(Collectors.joining()));
    return run;
  }

  @Test
  void theTopicShowsComparesAndChecksAsARunsFolderDoes() throws Exception {
    List<TrainingStep> steps = List.of(step("a-", 0, 0), step("a-", 1, 1), step("a-", 2, 3));
    Topics topics = written("a-", steps.toArray(TrainingStep[]::new));
    Path run = inFolder("a", steps);
    try (KafkaProducer<byte[], byte[]> open = producer("a-open")) {
      send(open, topics.trainingSteps(), TrainingStepCodec.encode(step("a-", 3, 4)));

      assertEquals(
          Ran.grpo("ledger", "show", run, "--json"), ledger("a-", "show", "--json"), "committed");
      assertEquals(new Ran(0, "the same: 3 steps\n", ""), ledger("a-", "diff", run));
      assertEquals(
          new Ran(
              0,
              "{\"steps\":3,\"prompts\":3,\"missing\":[],\"repeated\":[],\"chainOk\":true}\n",
              ""),
          ledger("a-", "check"));
      open.abortTransaction();
    }
    Path other = inFolder("other", List.of(steps.get(0), step("a-", 1, 2)));
    Ran differs = ledger("a-", "diff", other);
    assertEquals(1, differs.code());
    assertEquals("step 1: groups[0].at.offset is 2 in A and 1 in B\n", differs.out());
  }

  @Test
  void aStepThatWasWrittenAgainBehindALaterOneIsInItsPlace() throws Exception {
    written("late-", step("late-", 0, 0), step("late-", 2, 3), step("late-", 1, 1));
    assertEquals(0, ledger("late-", "check").code());
    assertTrue(ledger("late-", "show").out().lines().toList().get(1).startsWith("step 1 "));
  }

  @Test
  void aLedgerWithoutItsBeginningDoesNotPass() throws Exception {
    Topics topics = written("cut-", step("cut-", 0, 0), step("cut-", 1, 1), step("cut-", 2, 3));
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      TopicPartition steps = new TopicPartition(topics.trainingSteps(), 0);
      admin.deleteRecords(Map.of(steps, RecordsToDelete.beforeOffset(1))).all().get();
    }
    Ran ran = ledger("cut-", "check");
    assertEquals(1, ran.code());
    assertTrue(ran.out().contains("\"steps\":2"), ran.out());
    assertTrue(ran.out().contains("\"chainOk\":false"), ran.out());
    assertEquals(
        "the chain is broken: the first 1 records of the ledger's topic were deleted, so it does"
            + " not begin at step 0; retention.ms of a ledger must be -1",
        ran.err().lines().findFirst().orElse(""));
  }

  @Test
  void promptsAheadOfTheFirstStepAreSpokenOf() throws Exception {
    written("ahead-", step("ahead-", 0, 1), step("ahead-", 1, 3));
    Ran ran = ledger("ahead-", "check");
    assertEquals(0, ran.code());
    assertEquals(
        "1 records of the prompts topic stand ahead of the first that has an outcome and were not"
            + " checked; right only if prompts.start left them out\n",
        ran.err());
  }

  @Test
  void whereNobodyListensOneLineSaysSoSoon() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertNoBroker(free);
  }

  @Test
  void whereSomeoneElseListensOneLineSaysSoSoon() throws Exception {
    try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answerInHttp(web), "not-a-broker");
      server.setDaemon(true);
      server.start();
      assertNoBroker(web.getLocalPort());
    }
  }

  private static void answerInHttp(ServerSocket web) {
    while (!web.isClosed()) {
      try (Socket client = web.accept();
          OutputStream out = client.getOutputStream()) {
        out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (java.io.IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  private static void assertNoBroker(int port) {
    long begin = System.nanoTime();
    Ran ran = Ran.grpo("ledger", "check", "--bootstrap-servers", "127.0.0.1:" + port);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertEquals(2, ran.code(), ran.err());
    assertEquals(
        "Kafka at 127.0.0.1:%d did not answer within 10 s; check kafka.bootstrap-servers and that a broker runs there\n"
            .formatted(port),
        ran.err());
    assertTrue(took.compareTo(SOON) < 0, took.toString());
  }
}
