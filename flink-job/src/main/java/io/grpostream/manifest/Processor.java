package io.grpostream.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What libtorch and the libraries in it choose their kernels by.
 *
 * @param model the processor's name, family, model and stepping
 * @param capability the instruction set of ATen's kernels: AVX512, AVX2 or DEFAULT
 * @param instructionSets those of the processor that matter
 * @param gpus models of the machine's GPUs, as NVIDIA's driver lists them; policy.device says
 *     whether they are used
 * @param settings environment variables that are set and can change the choice
 */
public record Processor(
    String model,
    String capability,
    List<String> instructionSets,
    List<String> gpus,
    Map<String, String> settings) {
  private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
  private static final String ATEN = "ATEN_CPU_CAPABILITY";

  private static final List<String> SETTINGS =
      List.of(
          ATEN,
          "DNNL_DEFAULT_FPMATH_MODE",
          "DNNL_MAX_CPU_ISA",
          "MKL_CBWR",
          "MKL_DEBUG_CPU_TYPE",
          "MKL_ENABLE_INSTRUCTIONS",
          "MKL_NUM_THREADS",
          "OMP_NUM_THREADS",
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "ONEDNN_MAX_CPU_ISA",
          "PYTORCH_FLAVOR",
          "PYTORCH_VERSION");

  private static final List<String> INSTRUCTION_SETS =
      List.of(
          "fma",
          "avx2",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "amx_tile",
          "amx_bf16");

  /** That of this machine, from Linux's {@code /proc}. */
  public static Processor here() {
    try {
      return of(Files.readAllLines(Path.of("/proc/cpuinfo")), gpus(GPUS), System.getenv());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One for each folder of the driver's, in the order of their names. */
  static List<String> gpus(Path driver) throws IOException {
    if (!Files.isDirectory(driver)) {
      return List.of();
    }
    List<String> models = new ArrayList<>();
    try (Stream<Path> folders = Files.list(driver)) {
      for (Path gpu : folders.sorted().toList()) {
        models.add(value(Files.readAllLines(gpu.resolve("information")), "Model"));
      }
    }
    return models;
  }

  static Processor of(List<String> cpuinfo, List<String> gpus, Map<String, String> environment) {
    Set<String> flags = Set.copyOf(List.of(value(cpuinfo, "flags").split(" ")));
    String model =
        "%s (family %s model %s stepping %s)"
            .formatted(
                value(cpuinfo, "model name"),
                value(cpuinfo, "cpu family"),
                value(cpuinfo, "model"),
                value(cpuinfo, "stepping"));
    SortedMap<String, String> settings = new TreeMap<>(environment);
    settings.keySet().retainAll(SETTINGS);
    return new Processor(
        model,
        capability(flags, settings.getOrDefault(ATEN, "")),
        INSTRUCTION_SETS.stream().filter(flags::contains).toList(),
        gpus,
        settings);
  }

  /** As ATen's compute_cpu_capability has it: what is asked for, else the most there is. */
  private static String capability(Set<String> flags, String asked) {
    boolean avx2 = flags.containsAll(Set.of("avx2", "fma"));
    boolean avx512 =
        flags.containsAll(Set.of("avx512f", "avx512vl", "avx512bw", "avx512dq", "fma"));
    return switch (asked) {
      case "avx512" -> "AVX512";
      case "avx2" -> "AVX2";
      case "default" -> "DEFAULT";
      default -> avx512 ? "AVX512" : avx2 ? "AVX2" : "DEFAULT";
    };
  }

  private static String value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name) && line.substring(name.length()).matches("\\s*:.*"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("unknown");
  }
}
