package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.OpenTransactions;
import io.grpostream.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster some of whose processes are dead for longer than a transaction lives. */
@Tag("long")
class ClusterOutageITCase {
  private static final int STEPS = 100;
  private static final Duration DOWN = Duration.ofSeconds(60);
  private static final Duration BROKER_AWAY = Duration.ofSeconds(20);
  private static final Duration READERS_WAIT_AT_MOST = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void aRunGoesOnAfterAMinuteAndFromBeforeIt() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("cluster"))) {
      JsonNode started = cluster.grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
      String broker = started.get("bootstrapServers").asText();
      submit(cluster);
      TestCluster.await(3, broker);
      String savepoint = cluster.grpo("savepoint").get("savepoint").asText();
      for (String name : List.of("taskmanager-1", "taskmanager-2", "jobmanager-1")) {
        ProcessHandle.of(TestCluster.pid(started, name)).orElseThrow().destroyForcibly();
      }
      Duration waited =
          longestWait(new OpenTransactions(KafkaConnection.of(broker), new Topics("")));
      assertTrue(waited.compareTo(READERS_WAIT_AT_MOST) < 0, waited.toString());

      int before = TestCluster.ledger(broker).get("steps").asInt();
      cluster.grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
      TestCluster.await(before + 10, broker);
      cluster.grpo("cancel");

      cluster.grpo("resume", "--from", savepoint);
      TestCluster.await(STEPS, broker);
    }
  }

  @Test
  void aRunGoesOnByItselfWhenTheBrokerWasAwayFor20Seconds() throws Exception {
    try (TestCluster cluster = new TestCluster(folder.resolve("cluster"))) {
      JsonNode started = cluster.grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
      String broker = started.get("bootstrapServers").asText();
      submit(cluster);
      TestCluster.await(3, broker);
      ProcessHandle.of(TestCluster.pid(started, "broker")).orElseThrow().destroyForcibly();
      Thread.sleep(BROKER_AWAY.toMillis());

      cluster.grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
      assertTrue(TestCluster.steps(broker) < STEPS, "the run was over too soon");
      TestCluster.awaitWhole(STEPS, broker);
      cluster.grpo("savepoint", "--stop");
    }
  }

  private void submit(TestCluster cluster) throws Exception {
    cluster.submit(
        folder.resolve("r"),
        "run.steps=" + STEPS,
        "learner.batch-groups=16",
        "checkpoint.interval=3s",
        "kafka.transaction-timeout=10s");
  }

  /** The longest time without a break in which a reader of committed records had to wait. */
  private static Duration longestWait(OpenTransactions open) throws Exception {
    long end = System.nanoTime() + DOWN.toNanos();
    long longest = 0;
    long since = System.nanoTime();
    while (System.nanoTime() < end) {
      if (open.any()) {
        longest = Math.max(longest, System.nanoTime() - since);
      } else {
        since = System.nanoTime();
      }
      Thread.sleep(500);
    }
    return Duration.ofNanos(longest);
  }
}
