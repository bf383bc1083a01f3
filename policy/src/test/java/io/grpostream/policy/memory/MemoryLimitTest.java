package io.grpostream.policy.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine made of a few files. */
final class MemoryLimitTest {
  @TempDir private Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private OptionalLong limit() {
    return new MemoryLimit(root).bytes();
  }

  @Test
  void isTheMachinesWithoutGroups() throws IOException {
    file("proc/meminfo", "MemTotal:       24000000 kB\nMemFree:        1 kB\n");
    assertEquals(OptionalLong.of(24_000_000L * 1024), limit());
  }

  /** In a container the group is the root of what is seen. */
  @Test
  void isTheContainersIfThatIsLess() throws IOException {
    file("proc/meminfo", "MemTotal:       24000000 kB\n");
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "6000000000\n");
    assertEquals(OptionalLong.of(6_000_000_000L), limit());
  }

  @Test
  void isTheTightestOfAllGroupsAround() throws IOException {
    file("proc/meminfo", "MemTotal:       24000000 kB\n");
    file("proc/self/cgroup", "0::/slice/unit/job\n");
    file("sys/fs/cgroup/slice/memory.max", "5000000000\n");
    file("sys/fs/cgroup/slice/unit/memory.max", "max\n");
    file("sys/fs/cgroup/slice/unit/job/memory.max", "7000000000\n");
    assertEquals(OptionalLong.of(5_000_000_000L), limit());
  }

  @Test
  void isUnknownWhereNothingTellsIt() {
    assertTrue(limit().isEmpty());
  }
}
