package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code grpo run} as a user starts it: in a JVM of its own, with the demo's model. */
class RunITCase {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  @TempDir private Path folder;

  /** Starts a run; its output goes to a file. */
  private Process start(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens",
            "java.base/java.util=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "-Xmx1g",
            "-Dai.djl.offline=true"));
    command.addAll(
        List.of(
            "-Dgrpo.home=" + PROJECT,
            "-Dlog4j2.configurationFile=" + PROJECT.resolve("conf/log4j2.properties"),
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            "io.grpostream.cli.Grpo",
            "run",
            "--config",
            PROJECT.resolve("conf/demo.yaml").toString(),
            "--json",
            "--out"));
    command.add(folder.resolve(name).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output(name).toFile())
        .start();
  }

  private Path output(String name) {
    return folder.resolve(name + ".out");
  }

  private JsonNode summary(String name, Process process) throws Exception {
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the run did not end");
    List<String> lines = Files.readAllLines(output(name));
    assertEquals(0, process.exitValue(), String.join("\n", lines));
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  @Test
  void tenStepsInTwoProcessesAtDifferentParallelismEndInTheSamePolicy() throws Exception {
    JsonNode one = summary("one", start("one", "--steps", "10", "--set", "rollout.parallelism=1"));
    JsonNode two = summary("two", start("two", "--steps", "10", "--set", "rollout.parallelism=2"));
    assertEquals(10, one.get("steps").asInt());
    assertEquals(10, two.get("steps").asInt());
    assertEquals(one.get("policySha256").asText(), two.get("policySha256").asText());
    assertEquals(1, two.get("maxStaleness").asInt());
    assertEquals(
        10 * 32,
        RunFolder.open(folder.resolve("two")).steps().stream()
            .mapToInt(step -> step.determined().groups().size())
            .sum());
    assertTrue(Files.isRegularFile(folder.resolve("two/policy/model.safetensors")));
    assertTrue(Files.isRegularFile(folder.resolve("two/topics/rollouts.avro")));
    assertTrue(Files.readString(folder.resolve("two/report.html")).contains("<svg"));
  }

  @Test
  void controlCStopsItTheCleanWay() throws Exception {
    Process process = start("stopped", "--steps", "100000");
    await(output("stopped"), "\"step\":3,", 1);
    controlC(process);
    JsonNode summary = summary("stopped", process);
    long steps = summary.get("steps").asLong();
    assertTrue(steps >= 3, "the steps before the signal are in the ledger: " + steps);
    assertEquals(steps, RunFolder.open(folder.resolve("stopped")).steps().size());
  }

  @Test
  void aSecondControlCStopsItAtOnce() throws Exception {
    Process process = start("at-once", "--steps", "100000");
    await(output("at-once"), "\"step\":2,", 1);
    controlC(process);
    assertEndsAtOnce("at-once", process);
  }

  /**
   * The first Ctrl-C does not wait for the evaluation that goes on, which would take a minute; the
   * second one falls into the evaluation of the version that the run ended with.
   */
  @Test
  void anEvaluationHoldsNeitherControlCUp() throws Exception {
    Path many = folder.resolve("held-out.jsonl");
    Files.writeString(
        many, Files.readString(PROJECT.resolve("data/addition-heldout.jsonl")).repeat(160));
    Process process = start("evaluating", "--set", "evaluation.prompts=" + many);
    Path log = folder.resolve("evaluating/run.log");
    await(log, "measuring version 0", 1);
    controlC(process);
    await(log, "measuring version 0", 2);
    assertFalse(Files.exists(folder.resolve("evaluating/evaluations.jsonl")));
    assertEndsAtOnce("evaluating", process);
  }

  /** Waits until the file holds the text that many times. */
  private static void await(Path file, String text, int times) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!Files.exists(file) || Files.readString(file).split(text, -1).length <= times) {
      assertTrue(System.nanoTime() < end, file + " never held " + text);
      Thread.sleep(50);
    }
  }

  private static void controlC(Process process) throws Exception {
    // Ctrl-C is SIGINT, which Java itself cannot send.
    String signal = interruptsAreIgnored() ? "-TERM" : "-INT";
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  /**
   * What a shell without job control starts in the background ignores SIGINT, and so do its
   * children; SIGTERM means the same to a run.
   */
  private static boolean interruptsAreIgnored() throws Exception {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return new BigInteger(ignored.substring("SigIgn:".length()).strip(), 16).testBit(2 - 1);
  }

  private void assertEndsAtOnce(String name, Process process) throws Exception {
    controlC(process);
    assertTrue(process.waitFor(5, TimeUnit.SECONDS), "five seconds after the second Ctrl-C");
    assertEquals(130, process.exitValue(), Files.readString(output(name)));
    assertFalse(Files.exists(folder.resolve(name).resolve("summary.json")));
  }
}
