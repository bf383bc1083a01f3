package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a machine can do to {@code grpo}: a port in use, a native library that is missing, a disk
 * without room. Each ends with one line and exit code 2, or is told and survived.
 *
 * <p>A disk without room is a limit on the size of files ({@code ulimit -f}), which any user may
 * set: writing past it fails with an {@link IOException}, as it does on a full disk.
 */
class UnluckyProcessITCase {
  private static final Path MODEL = GrpoProcess.PROJECT.resolve("models/adder");

  /** Flink unpacks a jar of its own into the folder for temporary files. */
  private static final int MORE_THAN_FLINK_UNPACKS_KIB = 48 << 10;

  /** What a shell says of a process ended by SIGTERM. */
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path folder;
  private @Nullable GrpoProcess started;

  @AfterEach
  void end() {
    if (started != null) {
      started.close();
    }
  }

  @Test
  void aDashboardPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      GrpoProcess run = start(GrpoProcess.command(run("--set", "web.port=" + port)));
      assertEndsWithOneLine(run, "web.port is " + port + ", which is in use; ");
    }
  }

  @Test
  void aMissingNativeLibraryIsNamed() throws Exception {
    String without =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(Collectors.joining(File.pathSeparator));
    assertEndsWithOneLine(
        generate(without, folder.resolve("cache")), "PyTorch's native library does not load (");
  }

  @Test
  void aCacheThatCannotTakeANativeLibraryIsNamed() throws Exception {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    assertEndsWithOneLine(
        generate(System.getProperty("java.class.path"), inTheWay.resolve("cache")),
        "the tokenizers' native library does not load (");
  }

  /** Told to end in the middle of native code, as all but {@code run} and {@code replay} can be. */
  @Test
  @Tag("long")
  void aSignalLeavesAnExitCodeAndNoCrashReport() throws Exception {
    for (int attempt = 0; attempt < 5; attempt++) {
      GrpoProcess bench =
          start(
              new ProcessBuilder(
                      GrpoProcess.command(
                          "bench",
                          "step",
                          "--shape",
                          "tiny",
                          "--prompts",
                          "16",
                          "--steps",
                          "100000"))
                  .directory(folder.toFile()));
      while (bench.process().info().totalCpuDuration().orElseThrow().toSeconds() < 6 + attempt) {
        assertTrue(bench.process().isAlive(), bench.text());
        Thread.sleep(37);
      }
      bench.process().destroy();
      assertEquals(TERMINATED, bench.exitCode(), bench.text());
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(List.of(), left.filter(file -> file.toString().contains("hs_err")).toList());
      }
    }
  }

  /** Native libraries are unpacked into a cache folder. */
  private GrpoProcess generate(String classPath, Path cache) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            GrpoProcess.command(
                classPath,
                new String[] {
                  "generate", "--model", MODEL.toString(), "--prompt", "1+1=", "--raw"
                }));
    command.environment().put("DJL_CACHE_DIR", cache.toString());
    return start(command);
  }

  @Test
  void aDiskWithoutRoomIsNamed() throws Exception {
    GrpoProcess export =
        start(
            filesOfAtMost(
                1024,
                GrpoProcess.command(
                    "export", "--model", MODEL.toString(), "--out", folder + "/exported")));
    assertEndsWithOneLine(export, "the disk is full ");
  }

  @Test
  @Tag("long")
  void checkpointsThatCannotBeWrittenAreToldAndSurvived() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    GrpoProcess run =
        start(
            GrpoProcess.command(
                run(
                    "--json",
                    "--steps=100000",
                    "--set=checkpoint.interval=300ms",
                    "--set=checkpoint.directory=" + checkpoints)));
    GrpoProcess.await(run.output(), "\"step\":2,", 1);
    Path job = onlyEntry(checkpoints);
    Path away = folder.resolve("away");
    Files.move(job, away);
    Files.createFile(job);
    GrpoProcess.await(run.output(), "{\"checkpointsFailing\":true,\"reason\":\"", 1);
    Files.delete(job);
    Files.move(away, job);
    GrpoProcess.await(run.output(), "{\"checkpointsFailing\":false}", 1);
    run.controlC();
    assertEquals(0, run.exitCode(), run.text());
  }

  /** The broker of a run without an end needs ever more room, for prompts and for what it makes. */
  @Test
  @Tag("long")
  void aBrokerWithoutRoomEndsTheRun() throws Exception {
    Path prompts = folder.resolve("prompts.jsonl");
    String padding = "x".repeat(200_000);
    for (int i = 0; i < 20; i++) {
      Files.writeString(
          prompts,
          "{\"prompt\":\"%d+%d=\",\"answer\":\"%d\",\"padding\":\"%s\"}%n"
              .formatted(100 + i, 200 + i, 300 + 2 * i, padding),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    GrpoProcess run =
        start(
            filesOfAtMost(
                MORE_THAN_FLINK_UNPACKS_KIB,
                GrpoProcess.command(
                    run(
                        "--json",
                        "--set=run.steps=",
                        "--set=evaluation.prompts=",
                        "--set=learner.batch-groups=4",
                        "--set=rollout.block-groups=4",
                        "--set=prompts.file=" + prompts))));
    assertEquals(2, run.exitCode(), run.text());
    List<String> lines = run.text().lines().toList();
    assertTrue(lines.get(lines.size() - 1).startsWith("the Kafka broker "), run.text());
    assertTrue(lines.get(lines.size() - 2).startsWith("{"), run.text());
  }

  private String[] run(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "--config=" + GrpoProcess.PROJECT.resolve("conf/demo.yaml"),
                "--out=" + folder.resolve("run")));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private GrpoProcess start(List<String> command) throws IOException {
    return start(new ProcessBuilder(command));
  }

  private GrpoProcess start(ProcessBuilder command) throws IOException {
    GrpoProcess grpo = GrpoProcess.start(folder.resolve("out"), command);
    started = grpo;
    return grpo;
  }

  /** The command, unable to write beyond so many KiB of a file. */
  private static List<String> filesOfAtMost(int kib, List<String> command) {
    List<String> limited =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kib + "; exec \"$@\"", "bash"));
    limited.addAll(command);
    return limited;
  }

  private static void assertEndsWithOneLine(GrpoProcess grpo, String start) throws Exception {
    assertEquals(2, grpo.exitCode(), grpo.text());
    // On a machine with one core a run also warns of that.
    List<String> lines = grpo.text().lines().filter(line -> !line.startsWith("warning: ")).toList();
    assertEquals(1, lines.size(), grpo.text());
    assertTrue(lines.get(0).startsWith(start), grpo.text());
  }

  private static Path onlyEntry(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findFirst().orElseThrow();
    }
  }
}
