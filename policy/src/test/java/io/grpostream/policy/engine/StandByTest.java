package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandByTest {
  private static final int PATIENCE_SECONDS = 60;

  /** A program that computes nothing, and ends when its process has the library. */
  static final class Idle {
    private Idle() {}

    public static void main(String[] arguments) throws Exception {
      while (!Files.readString(Path.of("/proc/self/maps")).contains("libtorch_cpu")) {
        Thread.sleep(100);
      }
      System.out.print(String.join(" ", arguments));
    }
  }

  /** A program that fails if it is given anything. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] arguments) throws IOException {
      if (arguments.length > 0) {
        throw new IOException(arguments[0]);
      }
    }
  }

  @Test
  void aProgramThatDoesNotComputeHasTheLibraryWithinAMinute() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StandBy.class.getName(),
                Idle.class.getName(),
                "its",
                "arguments")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it still has no library");
      byte[] printed = process.getInputStream().readAllBytes();
      assertEquals("its arguments", new String(printed, StandardCharsets.UTF_8));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aProgramsFailureIsItsOwn() {
    String[] arguments = {Failing.class.getName(), "disk"};
    IOException failure = assertThrows(IOException.class, () -> StandBy.main(arguments));
    assertEquals("disk", failure.getMessage());
  }
}
