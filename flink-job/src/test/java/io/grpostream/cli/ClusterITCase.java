package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.config.ConfigFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about a cluster, against one of real processes. */
class ClusterITCase {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private @Nullable String homeBefore;

  @BeforeEach
  void atHome() {
    homeBefore = System.getProperty(ConfigFile.HOME);
    System.setProperty(ConfigFile.HOME, PROJECT.toString());
  }

  @AfterEach
  void stopped() throws IOException {
    grpo("cluster", "stop");
    if (homeBefore == null) {
      System.clearProperty(ConfigFile.HOME);
    } else {
      System.setProperty(ConfigFile.HOME, homeBefore);
    }
  }

  @Test
  void aRunIsSubmittedSavedAndResumedAtAnotherParallelism() throws Exception {
    JsonNode cluster = grpo("cluster", "start", "--taskmanagers", "2", "--slots", "1");
    assertEquals(5, running(cluster));
    String broker = cluster.get("bootstrapServers").asText();

    JsonNode submitted =
        grpo(
            "submit",
            "--config",
            PROJECT.resolve("conf/demo.yaml").toString(),
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
    await(3, broker);
    assertTrue(mapsLibtorch(cluster, "taskmanager-1") || mapsLibtorch(cluster, "taskmanager-2"));
    assertFalse(mapsLibtorch(cluster, "jobmanager-1"));

    JsonNode saved = grpo("savepoint", "--stop");
    assertTrue(Files.isDirectory(Path.of(java.net.URI.create(saved.get("savepoint").asText()))));
    grpo("resume", "--from", "latest", "--set", "rollout.parallelism=2");
    await(8, broker);

    JsonNode checked = ledger(broker);
    assertEquals(8 * 16, checked.get("prompts").asInt());
    assertTrue(checked.get("chainOk").asBoolean());
    assertIsDoneAgain(folder.resolve("r"), broker);
    grpo("cancel");
    assertEquals(0, running(grpo("cluster", "stop")));
  }

  /** What several processes did, before and after a savepoint, one does again. */
  private static void assertIsDoneAgain(Path run, String broker) throws IOException {
    for (String from : List.of("prompts", "rollouts")) {
      JsonNode replayed =
          run(
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

  private void await(int steps, String broker) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ledger(broker).get("steps").asInt() < steps) {
      assertTrue(System.nanoTime() < end, "no " + steps + " steps within " + PATIENCE);
      Thread.sleep(300);
    }
  }

  private static JsonNode ledger(String broker) throws IOException {
    return run(List.of("ledger", "check", "--bootstrap-servers", broker));
  }

  private static int running(JsonNode cluster) {
    int running = 0;
    for (JsonNode process : cluster.get("processes")) {
      running += process.get("running").asBoolean() ? 1 : 0;
    }
    return running;
  }

  private static boolean mapsLibtorch(JsonNode cluster, String name) throws IOException {
    for (JsonNode process : cluster.get("processes")) {
      if (process.get("name").asText().equals(name)) {
        return Files.readString(Path.of("/proc", process.get("pid").asText(), "maps"))
            .contains("libtorch");
      }
    }
    throw new AssertionError("no process " + name);
  }

  /** Runs a command about the cluster; its JSON. */
  private JsonNode grpo(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", folder.resolve("cluster").toString(), "--json"));
    return run(all);
  }

  private static JsonNode run(List<String> arguments) throws IOException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Grpo.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    assertEquals(0, code, arguments + ": " + err);
    return new ObjectMapper().readTree(out.toString());
  }
}
