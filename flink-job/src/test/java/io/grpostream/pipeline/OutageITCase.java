package io.grpostream.pipeline;

import static io.grpostream.pipeline.PipelineFixture.B;
import static io.grpostream.pipeline.PipelineFixture.G;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.OpenTransactions;
import io.grpostream.kafka.TopicReader;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.pipeline.PipelineFixture.Options;
import io.grpostream.records.Group;
import io.grpostream.records.Rejection;
import io.grpostream.rules.LedgerCheck;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that is down for longer than the broker keeps its transactions: what its last savepoint had
 * ready to commit is gone from the topics, and comes back with the job, once.
 */
class OutageITCase {
  /**
   * After the one with which Flink starts no checkpoint comes by itself, so that nothing is
   * committed before the job goes down.
   */
  private static final Duration NEVER = Duration.ofHours(1);

  private static final Duration READERS_WAIT_AT_MOST = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void nothingIsLostOrRepeated() throws Exception {
    down(Duration.ofSeconds(8), Duration.ofSeconds(9));
  }

  @Test
  @Tag("long")
  void norInAMinuteWithTransactionsOfTenSeconds() throws Exception {
    down(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  private void down(Duration transactionTimeout, Duration time) throws Exception {
    try (PipelineFixture pipeline =
        new PipelineFixture(folder, options(6), NEVER, transactionTimeout)) {
      pipeline.await("the one at the start", () -> pipeline.cluster().completedCheckpoints() > 0);
      pipeline.producePrompts(20 * B);
      pipeline.awaitSteps(6);
      String savepoint = savepoint(pipeline);
      pipeline.cluster().cancel();
      pipeline.await("the end", pipeline.cluster()::isEnded);
      long went = System.nanoTime();
      assertEquals(6, pipeline.ledger(IsolationLevel.READ_UNCOMMITTED).size());

      CommittedTopics topics = new CommittedTopics(pipeline.kafka(), pipeline.topics());
      OpenTransactions open = new OpenTransactions(pipeline.kafka(), pipeline.topics());
      pipeline.await("readers go on", () -> !open.any());
      long waited = System.nanoTime() - went;
      assertTrue(waited < READERS_WAIT_AT_MOST.toNanos(), Duration.ofNanos(waited).toString());
      Thread.sleep(Math.max(0, time.toMillis() - waited / 1_000_000));
      assertEquals(
          List.of(), pipeline.ledger(IsolationLevel.READ_COMMITTED), "the broker took it all back");

      pipeline.resume(options(12), savepoint);
      end(pipeline, 12);
      check(topics, 12);

      pipeline.resume(options(16), savepoint);
      end(pipeline, 16);
      check(topics, 16);
    }
  }

  /** None of the answers can be scored, so that each is on the topic rejected too. */
  private static Options options(long steps) {
    return new Options(1, 2, steps, Integer.MAX_VALUE, "number-in-text", Map.of());
  }

  /** Ends the job when all that belongs to its steps has left for the topics. */
  private static void end(PipelineFixture pipeline, int steps) throws Exception {
    pipeline.awaitSteps(steps);
    pipeline.await("all rollouts", () -> numbers(pipeline).size() == steps * B);
    pipeline.await("all rejections", () -> answers(pipeline).size() == steps * B * G);
    pipeline.stop();
  }

  /** Of all rollouts, committed or not. */
  private static Set<Long> numbers(PipelineFixture pipeline) {
    Set<Long> numbers = new HashSet<>();
    try (TopicReader<Group> reader =
        TopicReader.rollouts(
            pipeline.kafka(), pipeline.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      reader.readToEnd(group -> numbers.add(group.number()));
    }
    return numbers;
  }

  /** That were rejected, committed or not. */
  private static Set<String> answers(PipelineFixture pipeline) {
    Set<String> answers = new HashSet<>();
    try (TopicReader<Rejection> reader =
        TopicReader.rejected(
            pipeline.kafka(), pipeline.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      reader.readToEnd(rejection -> answers.add(rejection.detail()));
    }
    return answers;
  }

  private static void check(CommittedTopics topics, int steps) throws Exception {
    LedgerCheck.Result ledger = LedgerAudit.of(new LedgerSource.OnTopic(topics));
    assertTrue(ledger.ok(), ledger.toString());
    assertEquals(steps, ledger.steps());
    assertEquals((long) steps * B, ledger.prompts());

    List<Long> rollouts = new ArrayList<>();
    topics.rollouts(group -> rollouts.add(group.number()));
    assertEquals(steps * B, rollouts.size(), "every group is a rollout");
    assertEquals(steps * B, new HashSet<>(rollouts).size(), "and once");

    List<String> rejected = new ArrayList<>();
    topics.rejected(rejection -> rejected.add(rejection.detail()));
    assertEquals(steps * B * G, rejected.size(), "every answer is rejected");
    assertEquals(steps * B * G, new HashSet<>(rejected).size(), "and once");
  }

  /** A savepoint after which the job goes on: it gets ready to commit, and does not. */
  private static String savepoint(PipelineFixture pipeline) throws Exception {
    URI dashboard = pipeline.cluster().dashboard();
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, dashboard.getHost());
    configuration.set(RestOptions.PORT, dashboard.getPort());
    try (RestClusterClient<String> client = new RestClusterClient<>(configuration, "test")) {
      var job = client.listJobs().get().iterator().next().getJobId();
      return client
          .triggerSavepoint(job, pipeline.savepoints().toString(), SavepointFormatType.NATIVE)
          .get();
    }
  }
}
