package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A cluster of real processes, and the commands about it, run in this process from the project. */
final class TestCluster implements AutoCloseable {
  static final Path PROJECT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path folder;
  private final @Nullable String homeBefore;

  /**
   * Makes one that does not run yet.
   *
   * @param folder the cluster's
   */
  TestCluster(Path folder) {
    this(folder, PROJECT);
  }

  /**
   * Makes one of a project in another folder.
   *
   * @param home that folder
   */
  TestCluster(Path folder, Path home) {
    this.folder = folder;
    homeBefore = System.getProperty(ConfigFile.HOME);
    System.setProperty(ConfigFile.HOME, home.toString());
  }

  /** Runs a command about the cluster; its JSON. */
  JsonNode grpo(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--dir", folder.toString(), "--json"));
    return run(all);
  }

  /**
   * Submits the demo.
   *
   * @param run the run's folder, by which it is also called
   * @param sets keys that are set, each as KEY=VALUE
   */
  JsonNode submit(Path run, String... sets) throws IOException {
    List<String> words = new ArrayList<>(List.of("submit"));
    words.addAll(List.of("--config", PROJECT.resolve("conf/demo.yaml").toString()));
    words.addAll(List.of("--name", String.valueOf(run.getFileName()), "--out", run.toString()));
    for (String set : sets) {
      words.addAll(List.of("--set", set));
    }
    return grpo(words.toArray(String[]::new));
  }

  /** What {@code ledger check} finds on the broker; it must find nothing wrong. */
  static JsonNode ledger(String broker) throws IOException {
    return ledger(broker, "");
  }

  private static JsonNode ledger(String broker, String topicPrefix) throws IOException {
    Ran ran = check(broker, topicPrefix);
    assertEquals(0, ran.code(), ran.out() + ran.err());
    return json(ran);
  }

  /** Waits for so many committed steps; meanwhile the ledger must be whole. */
  static void await(int steps, String broker) throws Exception {
    await(steps, broker, "");
  }

  /** Waits for so many committed steps on topics with a prefix. */
  static void await(int steps, String broker, String topicPrefix) throws Exception {
    await(steps, () -> ledger(broker, topicPrefix).get("steps").asInt());
  }

  /**
   * Waits for so many committed steps in a whole ledger. Meanwhile steps may be missing: those of a
   * transaction that the broker took back come after the ones behind them.
   */
  static void awaitWhole(int steps, String broker) throws Exception {
    await(
        steps,
        () -> {
          Ran ran = check(broker, "");
          return ran.code() == 0 ? steps(ran) : 0;
        });
  }

  private static void await(int steps, Callable<Integer> found) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (found.call() < steps) {
      assertTrue(System.nanoTime() < end, "no " + steps + " steps within " + PATIENCE);
      Thread.sleep(300);
    }
  }

  /** Committed steps on the broker, whether or not others are missing. */
  static int steps(String broker) throws IOException {
    return steps(check(broker, ""));
  }

  private static int steps(Ran ran) throws IOException {
    return json(ran).get("steps").asInt();
  }

  private static Ran check(String broker, String topicPrefix) {
    return Ran.grpo(
        "ledger", "check", "--bootstrap-servers", broker, "--topic-prefix", topicPrefix);
  }

  private static JsonNode json(Ran ran) throws IOException {
    return new ObjectMapper().readTree(ran.out());
  }

  /** How many of the cluster's processes run. */
  static int running(JsonNode cluster) {
    int running = 0;
    for (JsonNode process : cluster.get("processes")) {
      running += process.get("running").asBoolean() ? 1 : 0;
    }
    return running;
  }

  /** A process's id. */
  static long pid(JsonNode cluster, String name) {
    for (JsonNode process : cluster.get("processes")) {
      if (process.get("name").asText().equals(name)) {
        return process.get("pid").asLong();
      }
    }
    throw new AssertionError("no process " + name);
  }

  /** Runs a command that ends well; its JSON. */
  static JsonNode run(List<String> arguments) throws IOException {
    Ran ran = Ran.grpo(arguments.toArray());
    assertEquals(0, ran.code(), arguments + ": " + ran.out() + ran.err());
    return json(ran);
  }

  @Override
  public void close() throws IOException {
    grpo("cluster", "stop");
    if (homeBefore == null) {
      System.clearProperty(ConfigFile.HOME);
    } else {
      System.setProperty(ConfigFile.HOME, homeBefore);
    }
  }
}
