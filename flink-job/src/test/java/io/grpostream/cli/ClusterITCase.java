package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
        cluster.grpo(
            "submit",
            "--config",
            TestCluster.PROJECT.resolve("conf/demo.yaml").toString(),
            "--name",
            "r",
            "--out",
            folder.resolve("r").toString(),
            "--set",
            "run.steps=8",
            "--set",
            "learner.batch-groups=16",
            "--set",
            "checkpoint.interval=1s");
    assertEquals("r", submitted.get("run").asText());
    TestCluster.await(3, broker);
    assertTrue(mapsLibtorch(started, "taskmanager-1") || mapsLibtorch(started, "taskmanager-2"));
    assertFalse(mapsLibtorch(started, "jobmanager-1"));

    JsonNode saved = cluster.grpo("savepoint", "--stop");
    assertTrue(Files.isDirectory(Path.of(java.net.URI.create(saved.get("savepoint").asText()))));
    cluster.grpo("resume", "--from", "latest", "--set", "rollout.parallelism=2");
    TestCluster.await(8, broker);

    JsonNode checked = TestCluster.ledger(broker);
    assertEquals(8 * 16, checked.get("prompts").asInt());
    assertTrue(checked.get("chainOk").asBoolean());
    assertIsDoneAgain(folder.resolve("r"), broker);
    cluster.grpo("cancel");
    assertEquals(0, TestCluster.running(cluster.grpo("cluster", "stop")));
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
    assertTrue(Files.isRegularFile(run.resolve("manifest.json")));
  }

  private static boolean mapsLibtorch(JsonNode cluster, String name) throws IOException {
    String pid = Long.toString(TestCluster.pid(cluster, name));
    return Files.readString(Path.of("/proc", pid, "maps")).contains("libtorch");
  }
}
