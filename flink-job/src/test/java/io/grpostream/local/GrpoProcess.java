package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code grpo} as a user starts it: a process of its own, its output in a file. */
record GrpoProcess(Process process, Path output) implements AutoCloseable {
  static final Path PROJECT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final long PATIENCE_SECONDS = 120;

  /** The words that start it, with this test's class path. */
  static List<String> command(String... arguments) {
    return command(System.getProperty("java.class.path"), arguments);
  }

  static List<String> command(String classPath, String[] arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "@" + PROJECT.resolve("conf/flink-java.options"),
            "-Xmx1g",
            "-Dgrpo.home=" + PROJECT,
            "-Dlog4j2.configurationFile=" + PROJECT.resolve("conf/log4j2.properties"),
            "-cp",
            classPath,
            "io.grpostream.cli.Grpo"));
    command.addAll(List.of(arguments));
    return command;
  }

  static GrpoProcess start(Path output, List<String> command) throws IOException {
    return start(output, new ProcessBuilder(command));
  }

  static GrpoProcess start(Path output, ProcessBuilder command) throws IOException {
    return new GrpoProcess(
        command.redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
  }

  /** Waits for its end; its exit code. */
  int exitCode() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end; it wrote " + text());
    }
    return process.exitValue();
  }

  /** What it has written so far. */
  String text() throws IOException {
    return Files.readString(output);
  }

  /** Ctrl-C is SIGINT, which Java itself cannot send. */
  void controlC() throws Exception {
    String signal = interruptsAreIgnored() ? "-TERM" : "-INT";
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  /**
   * What a shell without job control starts in the background ignores SIGINT, and so do its
   * children; SIGTERM means the same to a run.
   */
  private static boolean interruptsAreIgnored() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return new BigInteger(ignored.substring("SigIgn:".length()).strip(), 16).testBit(2 - 1);
  }

  /** Ends it if a test has failed before it did. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** Waits until the file holds the text that many times. */
  static void await(Path file, String text, int times) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String[] parts = {};
    while (parts.length <= times) {
      assertTrue(System.nanoTime() < end, file + " never held " + text);
      Thread.sleep(50);
      parts = Files.exists(file) ? Files.readString(file).split(Pattern.quote(text), -1) : parts;
    }
  }
}
