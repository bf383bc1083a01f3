package io.grpostream.policy.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How much memory this process can have: the machine's, or less if a control group (Linux's cgroups
 * v2, which containers are made of) bounds it.
 *
 * @param root the folder that stands for {@code /}
 */
public record MemoryLimit(Path root) {
  private static final long KIB = 1024;

  /** This machine's. */
  public static MemoryLimit ofThisProcess() {
    return new MemoryLimit(Path.of("/"));
  }

  /** In bytes; empty where the system does not say. */
  public OptionalLong bytes() {
    return Stream.concat(machine(), groups()).mapToLong(Long::longValue).min();
  }

  private Stream<Long> machine() {
    return lines(root.resolve("proc/meminfo")).stream()
        .filter(line -> line.startsWith("MemTotal:"))
        .map(line -> KIB * Long.parseLong(line.replaceAll("\\D", "")));
  }

  /** The bounds of the process's own group and of those it lies in. */
  private Stream<Long> groups() {
    Path all = root.resolve("sys/fs/cgroup");
    return lines(root.resolve("proc/self/cgroup")).stream()
        .filter(line -> line.startsWith("0::/"))
        .flatMap(line -> withParents(all, line.substring("0::/".length())))
        .flatMap(folder -> lines(folder.resolve("memory.max")).stream())
        .filter(text -> text.matches("\\d+"))
        .map(Long::valueOf);
  }

  private static Stream<Path> withParents(Path all, String group) {
    return Stream.iterate(
        all.resolve(group).normalize(), folder -> folder.startsWith(all), Path::getParent);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      // What the system does not tell does not bound.
      return List.of();
    }
  }
}
