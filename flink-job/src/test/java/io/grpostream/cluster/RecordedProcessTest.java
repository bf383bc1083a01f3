package io.grpostream.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void itIsFoundAgainAndEnded() throws Exception {
    ProcessHandle started = sleeper("a").start(List.of("sleep", "60"), Map.of());

    assertEquals(Optional.of(started.pid()), sleeper("a").running().map(ProcessHandle::pid));
    assertTrue(sleeper("a").end(RecordedProcess.End.KILL, PATIENCE));
    assertFalse(started.isAlive());
    assertTrue(sleeper("a").running().isEmpty());
    assertTrue(sleeper("a").end(RecordedProcess.End.TERMINATE, PATIENCE), "again is no error");
  }

  /** The id in the file is that of a living process, which another start made. */
  @Test
  void anotherProcessWithItsIdIsLeftAlone() throws Exception {
    ProcessHandle other = sleeper("other").start(List.of("sleep", "60"), Map.of());
    try {
      Files.writeString(folder.resolve("a.pid"), other.pid() + " 1000\n");

      assertTrue(sleeper("a").running().isEmpty());
      sleeper("a").end(RecordedProcess.End.KILL, PATIENCE);
      assertTrue(other.isAlive());
    } finally {
      sleeper("other").end(RecordedProcess.End.KILL, PATIENCE);
    }
  }

  @Test
  void whatItPrintsIsKept() throws IOException, InterruptedException {
    sleeper("a").start(List.of("sh", "-c", "echo out; echo err >&2"), Map.of());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Files.size(sleeper("a").output()) < 8 && System.nanoTime() < end) {
      Thread.sleep(20);
    }

    assertEquals(List.of("out", "err"), Files.readAllLines(sleeper("a").output()));
  }

  private RecordedProcess sleeper(String name) {
    return new RecordedProcess(name, folder);
  }
}
