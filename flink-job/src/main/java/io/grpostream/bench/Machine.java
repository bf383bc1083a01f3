package io.grpostream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a figure was measured on, in one line, from Linux's {@code /proc}. */
public final class Machine {
  private static final List<String> FLAGS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");
  private static final double GIB = 1024 * 1024;

  private Machine() {}

  /** Processor, cores, the instruction sets that matter, memory and JDK. */
  public static String describe() {
    List<String> cpu = lines("/proc/cpuinfo");
    Set<String> flags = Set.of(value(cpu, "flags").split(" "));
    List<String> parts = new ArrayList<>();
    parts.add(
        String.format(
            "%s (family %s model %s)",
            value(cpu, "model name"), value(cpu, "cpu family"), value(cpu, "model")));
    parts.add(Runtime.getRuntime().availableProcessors() + " cores");
    FLAGS.stream().filter(flags::contains).forEach(parts::add);
    String memory = value(lines("/proc/meminfo"), "MemTotal").replace(" kB", "");
    parts.add(Math.round(Double.parseDouble(memory) / GIB) + " GiB");
    parts.add("JDK " + Runtime.version().feature());
    return String.join(", ", parts);
  }

  /** The most memory this process has had resident so far, in 10⁶ bytes. */
  public static double peakResidentMegabytes() {
    String peak = value(lines("/proc/self/status"), "VmHWM").replace(" kB", "");
    return Double.parseDouble(peak) * 1024 / 1e6;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name) && line.substring(name.length()).matches("\\s*:.*"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("0");
  }
}
