package io.grpostream.cli;

import io.grpostream.bench.EngineBench;
import io.grpostream.bench.EngineFigures;
import io.grpostream.bench.EngineSettings;
import io.grpostream.bench.Machine;
import io.grpostream.bench.MeasuredModel;
import io.grpostream.bench.StepMemory;
import io.grpostream.bench.Workload;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.memory.MemoryCheck;
import io.grpostream.policy.memory.MemoryLimit;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo bench step}: seconds of a training step, without Kafka and Flink. */
@Command(
    name = "step",
    description = "Time training steps of the engine alone: sample, score, update.")
final class BenchStepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private WorkloadOptions options;

  @Option(names = "--json", description = "The last line is one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, StoppedException {
    Workload workload = options.workload();
    EngineSettings engine = options.engine();
    int steps = options.steps();
    int threads = options.threads();
    try (MeasuredModel model = MeasuredModel.of(options.shape(), options.folder())) {
      workload.checkFits(model.config());
      MemoryCheck memory = StepMemory.of(model.config(), engine, workload);
      memory
          .check(MemoryLimit.ofThisProcess().bytes())
          .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
      EngineFigures figures = EngineBench.measure(model, engine, workload, threads, steps);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("shape", options.name());
      line.put("dtype", options.dtype());
      if (engine.lora().adapts()) {
        line.put("lora", engine.loraRank());
      }
      line.put("threads", threads);
      line.put("mu", workload.mu());
      line.putAll(figures.toMap());
      line.put("predicted_rss_mb", Math.rint(memory.plan().megabytes()));
      line.put("machine", Machine.describe());
      spec.commandLine().getOut().println(json ? JsonOutput.line(line) : text(figures));
    }
    return 0;
  }

  private static String text(EngineFigures figures) {
    return String.format(
        Locale.ROOT,
        "%.3f s a step: %.3f s sampling, %.3f s updating; at most %.0f MB resident (%s)",
        figures.stepSeconds(),
        figures.sampleSeconds(),
        figures.updateSeconds(),
        figures.peakResidentMegabytes(),
        Machine.describe());
  }
}
