package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about a cluster, against one of real processes. */
class ClusterITCase {
  @TempDir private Path folder;
  private TestCluster cluster;

  @BeforeEach
  void atHome() {
    cluster = new TestCluster(folder.resolve("cluster"));
  }

  @AfterEach
  void stopped() throws IOException {
    cluster.close();
  }

  @Test
  void aRunIsSubmittedSavedAndResumedAtAnotherParallelism() throws Exception {
    JsonNode started = cluster.grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
    assertEquals(5, TestCluster.running(started));
    String broker = started.get("bootstrapServers").asText();

    JsonNode submitted =
        cluster.submit(
            folder.resolve("r"),
            "run.steps=8",
            "learner.batch-groups=16",
            "checkpoint.interval=1s");
    assertEquals("r", submitted.get("run").asText());
    TestCluster.await(3, broker);
    assertTrue(mapsLibtorch(started, "taskmanager-1") || mapsLibtorch(started, "taskmanager-2"));
    assertFalse(mapsLibtorch(started, "jobmanager-1"));

    JsonNode saved = cluster.grpo("savepoint", "--stop");
    String savepoint = saved.get("savepoint").asText();
    assertTrue(Files.isDirectory(Path.of(URI.create(savepoint))));
    cluster.grpo(
        "resume",
        "--from",
        "latest",
        "--set",
        "rollout.parallelism=2",
        "--set",
        "learner.threads=2");
    TestCluster.await(8, broker);

    JsonNode checked = TestCluster.ledger(broker);
    assertEquals(8 * 16, checked.get("prompts").asInt());
    assertTrue(checked.get("chainOk").asBoolean());
    assertIsDoneAgain(folder.resolve("r"), broker);
    assertTellsOfTheResumption(folder.resolve("r"), savepoint);
    cluster.grpo("cancel");
    assertAnotherFolderJoinsIt(started);
    assertEquals(0, TestCluster.running(cluster.grpo("cluster", "stop")));
  }

  /** As for a cluster that was started by other means. */
  private void assertAnotherFolderJoinsIt(JsonNode started) throws Exception {
    String broker = started.get("bootstrapServers").asText();
    String dashboard = started.get("dashboard").asText();
    try (TestCluster joined = new TestCluster(folder.resolve("joined"))) {
      JsonNode found =
          joined.grpo(
              "cluster",
              "join",
              "--broker-port",
              broker.substring(broker.indexOf(':') + 1),
              "--web-port",
              Integer.toString(URI.create(dashboard).getPort()));
      assertEquals(dashboard, found.get("dashboard").asText());
      joined.submit(
          folder.resolve("s"),
          "run.steps=2",
          "learner.batch-groups=16",
          "kafka.topic-prefix=joined.");
      TestCluster.await(2, broker, "joined.");
      joined.grpo("cancel");
    }
    assertEquals(
        5, TestCluster.running(cluster.grpo("cluster", "status")), "stop is not for others");
  }

  /** What several processes did, before and after a savepoint, one does again. */
  private static void assertIsDoneAgain(Path run, String broker) throws IOException {
    for (String from : List.of("prompts", "rollouts")) {
      JsonNode replayed =
          TestCluster.run(
              List.of(
                  "replay",
                  "--from",
                  from,
                  "--run",
                  run.toString(),
                  "--bootstrap-servers",
                  broker,
                  "--json"));
      assertEquals(8, replayed.get("verified").asInt(), replayed.toString());
    }
  }

  private static void assertTellsOfTheResumption(Path run, String savepoint) throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(run.resolve("manifest.json").toFile());
    assertEquals(2, manifest.get("threads").get("learner").asInt());
    JsonNode resumed = manifest.get("resumed");
    assertEquals(1, resumed.size());
    assertEquals(path(savepoint), path(resumed.get(0).get("from").asText()));
    assertEquals(1, resumed.get(0).get("changed").size());
    JsonNode change = resumed.get(0).get("changed").get(0);
    assertEquals("thread count of the learner", change.get("what").asText());
    assertEquals("1", change.get("recorded").asText());
    assertEquals("2", change.get("here").asText());
  }

  private static Path path(String uri) {
    return Path.of(URI.create(uri)).normalize();
  }

  private static boolean mapsLibtorch(JsonNode cluster, String name) throws IOException {
    String pid = Long.toString(TestCluster.pid(cluster, name));
    return Files.readString(Path.of("/proc", pid, "maps")).contains("libtorch");
  }
}
