package io.grpostream.cli;

import io.grpostream.bench.EngineSettings;
import io.grpostream.bench.Machine;
import io.grpostream.bench.MeasuredModel;
import io.grpostream.bench.Shape;
import io.grpostream.bench.StepMemory;
import io.grpostream.bench.Sweep;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.memory.MemoryLimit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo bench sweep}: how the engine's times grow with the sizes of a step. */
@Command(
    name = "sweep",
    description = {
      "Time the engine over group sizes, lengths of prompts and completions, and rows, and fit the exponent",
      "that each time grows with, beside the exponent of the model's own arithmetic over the same points."
    })
final class BenchSweepCommand implements Callable<Integer> {
  private static final int MAX_TOKENS = 8192;

  @Spec private CommandSpec spec;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "TINY",
      description = "Sizes of the model: ${COMPLETION-CANDIDATES} (default: tiny).")
  private Shape shape;

  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "3",
      description = "Steps per point, after one that warms up (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads that compute (default: one per core).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "The last line is one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, StoppedException {
    EngineSettings settings = new EngineSettings(Precision.FP32, 0, MAX_TOKENS);
    PrintWriter out = spec.commandLine().getOut();
    try (MeasuredModel model = MeasuredModel.of(shape, null)) {
      StepMemory.of(model.config(), settings, Sweep.largest())
          .check(MemoryLimit.ofThisProcess().bytes())
          .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
      Sweep sweep =
          Sweep.measure(
              model,
              settings,
              Math.max(1, threads),
              Math.max(1, steps),
              point -> {
                out.println(text(point));
                out.flush();
              });
      if (json) {
        out.println(JsonOutput.line(line(sweep)));
      } else {
        sweep.exponents().forEach((axis, of) -> out.println(axis + ": " + of));
      }
    }
    return 0;
  }

  private Map<String, Object> line(Sweep sweep) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("shape", shape.toString());
    line.put("threads", Math.max(1, threads));
    line.put("points", sweep.pointMaps());
    line.put("exponents", sweep.exponents());
    line.put("machine", Machine.describe());
    return line;
  }

  private static String text(Sweep.Point point) {
    return String.format(
        Locale.ROOT,
        "%s %d: %.4f s sampling, %.4f s updating",
        point.axis(),
        point.size(),
        point.sampleSeconds(),
        point.updateSeconds());
  }
}
