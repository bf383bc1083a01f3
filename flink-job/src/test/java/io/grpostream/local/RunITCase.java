package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code grpo run} as a user starts it: in a JVM of its own, with the demo's model. */
class RunITCase {
  private static final List<String> SUMMARY =
      List.of(
          "steps",
          "seed",
          "heldOutAccuracyBefore",
          "heldOutAccuracyAfter",
          "heldOutN",
          "rejected",
          "maxStaleness",
          "checkpoints",
          "startupSeconds",
          "wallSeconds",
          "stepsPerSecond",
          "generatedTokens",
          "policySha256",
          "runDir");

  private static final List<String> LEFT =
      List.of(
          "config.yaml",
          "steps.jsonl",
          "evaluations.jsonl",
          "samples.jsonl",
          "summary.json",
          "report.html",
          "policy/config.json",
          "policy/tokenizer.json",
          "policy/model.safetensors",
          "topics/prompts.avro",
          "topics/rollouts.avro",
          "topics/training-steps.avro",
          "topics/rejected.avro",
          "store",
          "checkpoints",
          "savepoints",
          "run.log");

  @TempDir private Path folder;
  private final List<GrpoProcess> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(GrpoProcess::close);
  }

  /** Starts a run of the demo that writes JSON. */
  private GrpoProcess start(String name, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("run", "--json", "--config"));
    words.add(GrpoProcess.PROJECT.resolve("conf/demo.yaml").toString());
    words.add("--out");
    words.add(folder.resolve(name).toString());
    words.addAll(List.of(arguments));
    GrpoProcess run =
        GrpoProcess.start(
            folder.resolve(name + ".out"), GrpoProcess.command(words.toArray(String[]::new)));
    started.add(run);
    return run;
  }

  private static JsonNode summary(GrpoProcess run) throws Exception {
    int code = run.exitCode();
    assertEquals(0, code, run.text());
    List<String> lines = run.text().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }

  @Test
  void tenStepsInTwoProcessesAtDifferentParallelismEndInTheSamePolicy() throws Exception {
    try (ServerSocket usual = dashboardsUsualPort()) {
      JsonNode one = summary(start("one", "--steps", "10", "--set", "rollout.parallelism=1"));
      GrpoProcess second = start("two", "--steps", "10", "--set", "rollout.parallelism=2");
      JsonNode two = summary(second);
      assertEquals(10, one.get("steps").asInt());
      assertEquals(10, two.get("steps").asInt());
      assertEquals(one.get("policySha256").asText(), two.get("policySha256").asText());
      assertEquals(1, two.get("maxStaleness").asInt());
      assertEquals(SUMMARY, names(two));
      assertTrue(second.text().matches("(?s).*\"dashboard\":\"http://127.0.0.1:\\d+\".*"));
      assertFalse(second.text().contains("127.0.0.1:8081"), "that port is taken");
    }
    assertEquals(
        10 * 32,
        RunFolder.open(folder.resolve("two")).steps().stream()
            .mapToInt(step -> step.determined().groups().size())
            .sum());
    for (String file : LEFT) {
      assertTrue(Files.exists(folder.resolve("two").resolve(file)), file);
    }
    String report = Files.readString(folder.resolve("two/report.html"));
    assertTrue(report.contains("<svg"));
    assertFalse(report.matches("(?s).*(src|href)=.?(https?:|//).*"), "the report needs no network");
    assertFalse(Files.exists(folder.resolve("two/kafka")));
  }

  /** Those that are not 127.0.0.1, as IPv4 or within IPv6. */
  private static Set<String> others(Set<String> addresses) {
    return addresses.stream()
        .filter(address -> !address.endsWith("0100007F"))
        .collect(Collectors.toSet());
  }

  /** Addresses at which a process listens, as the kernel writes them: hexadecimal. */
  private static Set<String> listening(long pid) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path each : open.toList()) {
        try {
          sockets.add(Files.readSymbolicLink(each).toString());
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    Set<String> addresses = new HashSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals("0A") && sockets.contains("socket:[" + columns[9] + "]")) {
          addresses.add(columns[1].split(":")[0]);
        }
      }
    }
    return addresses;
  }

  /** Takes 8081, unless someone has it already. */
  private static ServerSocket dashboardsUsualPort() throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8081));
    } catch (BindException e) {
      assertFalse(socket.isBound());
    }
    return socket;
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void controlCStopsItTheCleanWay() throws Exception {
    GrpoProcess run = start("stopped", "--steps", "100000");
    GrpoProcess.await(run.output(), "\"step\":3,", 1);
    assertEquals(Set.of(), others(listening(run.process().pid())), "on loopback only");
    run.controlC();
    JsonNode summary = summary(run);
    long steps = summary.get("steps").asLong();
    assertTrue(steps >= 3, "the steps before the signal are in the ledger: " + steps);
    assertEquals(steps, RunFolder.open(folder.resolve("stopped")).steps().size());
  }

  @Test
  void aSecondControlCStopsItAtOnce() throws Exception {
    GrpoProcess run = start("at-once", "--steps", "100000");
    GrpoProcess.await(run.output(), "\"step\":2,", 1);
    run.controlC();
    // Two signals at once may reach a busy process as one.
    GrpoProcess.await(run.output(), "\"stopping\":true", 1);
    assertEndsAtOnce("at-once", run);
  }

  /**
   * The first Ctrl-C does not wait for the evaluation that goes on, which would take a minute; the
   * second one falls into the evaluation of the version that the run ended with.
   */
  @Test
  void anEvaluationHoldsNeitherControlCUp() throws Exception {
    Path many = folder.resolve("held-out.jsonl");
    Path heldOut = GrpoProcess.PROJECT.resolve("data/addition-heldout.jsonl");
    Files.writeString(many, Files.readString(heldOut).repeat(160));
    GrpoProcess run = start("evaluating", "--set", "evaluation.prompts=" + many);
    Path log = folder.resolve("evaluating/run.log");
    GrpoProcess.await(log, "measuring version 0", 1);
    run.controlC();
    // By the time the job has stopped, it may have made a version or two.
    GrpoProcess.await(log, "measuring version ", 2);
    assertFalse(Files.exists(folder.resolve("evaluating/evaluations.jsonl")));
    assertEndsAtOnce("evaluating", run);
  }

  private void assertEndsAtOnce(String name, GrpoProcess run) throws Exception {
    run.controlC();
    assertTrue(run.process().waitFor(5, TimeUnit.SECONDS), "five seconds after the second Ctrl-C");
    assertEquals(130, run.process().exitValue(), run.text());
    assertFalse(Files.exists(folder.resolve(name).resolve("summary.json")));
  }
}
