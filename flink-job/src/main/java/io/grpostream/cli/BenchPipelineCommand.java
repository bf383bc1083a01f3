package io.grpostream.cli;

import io.grpostream.bench.EngineBench;
import io.grpostream.bench.EngineFigures;
import io.grpostream.bench.Machine;
import io.grpostream.bench.MeasuredModel;
import io.grpostream.bench.ModelChoice;
import io.grpostream.bench.PipelineFigures;
import io.grpostream.bench.StepMemory;
import io.grpostream.bench.Workload;
import io.grpostream.local.PipelineBench;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.engine.BusyCores;
import io.grpostream.policy.engine.ComputeThreads;
import io.grpostream.policy.memory.MemoryLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo bench pipeline}: what Kafka and Flink add to the engine's step. */
@Command(
    name = "pipeline",
    description = {
      "Time training steps through Kafka and Flink, beside the engine alone before and after.",
      "The steps are those of 'bench step'; the pipeline runs without checkpoints and with one every minute."
    })
final class BenchPipelineCommand implements Callable<Integer> {
  private static final Duration NO_CHECKPOINTS = Duration.ofDays(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int LEAST_ENGINE_STEPS = 5;

  @Spec private CommandSpec spec;
  @Mixin private WorkloadOptions options;

  @Option(
      names = "--max-staleness",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "0: sampling and training take turns, 1: they overlap and share the threads (default: ${DEFAULT-VALUE}).")
  private int maxStaleness;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Subtasks that sample, each on a TaskManager of its own (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(names = "--plain", description = "Leave out the steps with checkpoints.")
  private boolean plainOnly;

  @Option(names = "--json", description = "The last line is one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Workload workload = options.workload();
    check(workload);
    // On both sides of the pipeline, so that a machine that slowly gets busier is in both figures.
    EngineFigures before = engineAlone(workload);
    PipelineFigures plain = pipeline(workload, NO_CHECKPOINTS);
    progress("through the pipeline", plain.stepSeconds());
    @Nullable PipelineFigures checkpointed = plainOnly ? null : pipeline(workload, MINUTE);
    if (checkpointed != null) {
      progress("with a checkpoint a minute", checkpointed.stepSeconds());
    }
    EngineFigures after = engineAlone(workload);
    EngineFigures alone = before.and(after);
    double engine = alone.meanStepSeconds();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("shape", options.name());
    line.put("dtype", options.dtype());
    line.put("threads", options.threads());
    line.put("max_staleness", maxStaleness);
    line.put("parallelism", parallelism);
    line.put("engine_step_s", rounded(engine));
    line.put("engine_before_s", rounded(before.meanStepSeconds()));
    line.put("engine_after_s", rounded(after.meanStepSeconds()));
    line.put("engine_sample_s", rounded(alone.sampleSeconds()));
    line.put("engine_update_s", rounded(alone.updateSeconds()));
    line.putAll(times(plain, engine));
    line.putAll(checkpoints(checkpointed == null ? plain : checkpointed));
    if (checkpointed != null) {
      line.put("with_checkpoints", times(checkpointed, engine));
    }
    line.put("peak_rss_mb", rounded(Machine.peakResidentMegabytes()));
    line.put("machine", Machine.describe());
    if (json) {
      spec.commandLine().getOut().println(JsonOutput.line(line));
    }
    return 0;
  }

  /** A measurement takes minutes, so each part of it is shown as soon as it is known. */
  private void progress(String what, double seconds) {
    spec.commandLine()
        .getOut()
        .println(String.format(Locale.ROOT, "%s: %.3f s a step", what, seconds));
  }

  private void check(Workload workload) {
    if (options.steps() < 2) {
      throw new UserErrorException(
          "--steps is " + options.steps() + "; it must be at least 2, and 30 is usual");
    }
    if (maxStaleness < 0 || maxStaleness > 1) {
      throw new UserErrorException("--max-staleness is " + maxStaleness + "; it must be 0 or 1");
    }
    if (parallelism < 1 || workload.prompts() % parallelism != 0) {
      throw new UserErrorException(
          "--parallelism is %d; it must divide --prompts, which is %d"
              .formatted(parallelism, workload.prompts()));
    }
  }

  private EngineFigures engineAlone(Workload workload) throws Exception {
    EngineFigures figures = ComputeThreads.run("engine alone", () -> engineSteps(workload));
    progress("the engine alone", figures.meanStepSeconds());
    return figures;
  }

  private EngineFigures engineSteps(Workload workload) throws IOException, StoppedException {
    try (MeasuredModel model = MeasuredModel.of(options.shape(), options.folder())) {
      workload.checkFits(model.config());
      StepMemory.of(model.config(), options.engine(), workload)
          .check(MemoryLimit.ofThisProcess().bytes())
          .ifPresent(warning -> spec.commandLine().getErr().println("warning: " + warning));
      int steps = Math.max(LEAST_ENGINE_STEPS, options.steps() / 3);
      return EngineBench.measure(model, options.engine(), workload, options.threads(), steps);
    }
  }

  private PipelineFigures pipeline(Workload workload, Duration checkpointInterval)
      throws Exception {
    int threads = options.threads();
    boolean divided = overlapDivides(threads);
    int sampling = divided ? threads / 2 : threads;
    int training = divided ? threads - sampling : threads;
    return new PipelineBench(
            ModelChoice.of(options.shape(), options.folder()),
            workload,
            new PipelineBench.How(
                options.engine(),
                Math.max(1, sampling / parallelism),
                training,
                maxStaleness,
                parallelism,
                options.steps(),
                checkpointInterval))
        .measure();
  }

  /**
   * Whether teams that overlap must be smaller, since they would not fit themselves to each other.
   */
  private boolean overlapDivides(int threads) {
    int cores = Runtime.getRuntime().availableProcessors();
    return maxStaleness > 0 && BusyCores.team(threads, 1, cores) == threads;
  }

  private static Map<String, Object> times(PipelineFigures figures, double engine) {
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("pipeline_step_s", rounded(figures.stepSeconds()));
    times.put("overhead_percent", rounded(figures.overheadPercent(engine)));
    times.put("train_s", rounded(PipelineFigures.median(figures.trainSeconds())));
    times.put("publish_s", rounded(PipelineFigures.median(figures.publishSeconds())));
    times.put("wait_s", rounded(PipelineFigures.median(figures.waitSeconds())));
    return times;
  }

  private static Map<String, Object> checkpoints(PipelineFigures figures) {
    var checkpoints = figures.checkpoints();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("checkpoints", checkpoints.size());
    map.put(
        "checkpoint_bytes",
        checkpoints.stream().mapToLong(PipelineFigures.Checkpoint::bytes).max().orElse(0));
    map.put(
        "checkpoint_s",
        rounded(
            PipelineFigures.median(
                checkpoints.stream().map(PipelineFigures.Checkpoint::seconds).toList())));
    map.put(
        "checkpoint_sync_ms",
        checkpoints.stream().mapToLong(PipelineFigures.Checkpoint::syncMillis).max().orElse(0));
    return map;
  }

  private static double rounded(double x) {
    return Math.round(x * 1e4) / 1e4;
  }
}
