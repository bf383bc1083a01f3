package io.grpostream.cli;

import io.grpostream.bench.EngineSettings;
import io.grpostream.bench.Shape;
import io.grpostream.bench.TokenRange;
import io.grpostream.bench.Workload;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.engine.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say what a step of a measurement does, and with what model. */
final class WorkloadOptions {
  @ArgGroup(multiplicity = "1")
  private Measured measured = new Measured();

  /** Either a size or a checkpoint. */
  static final class Measured {
    @Option(
        names = "--shape",
        paramLabel = "SHAPE",
        description = "Random weights in the sizes of a model: ${COMPLETION-CANDIDATES}.")
    private @Nullable Shape shape;

    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "A checkpoint folder in Hugging Face layout.")
    private @Nullable Path folder;
  }

  @Option(
      names = "--prompts",
      paramLabel = "P",
      defaultValue = "2",
      description = "Prompts per step (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--group",
      paramLabel = "G",
      defaultValue = "8",
      description = "Completions per prompt (default: ${DEFAULT-VALUE}).")
  private int group;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of each prompt (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--completion-tokens",
      paramLabel = "M|MIN-MAX",
      defaultValue = "64",
      description = "Tokens of each completion, or a range to draw from (default: 64).")
  private String completionTokens;

  @Option(
      names = "--mu",
      paramLabel = "K",
      defaultValue = "1",
      description = "Updates per step (default: ${DEFAULT-VALUE}).")
  private int mu;

  @Option(
      names = "--dtype",
      paramLabel = "fp32|bf16",
      defaultValue = "fp32",
      description =
          "What the layers' matrices are multiplied in, sampling and training (default:"
              + " ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--lora",
      paramLabel = "R",
      defaultValue = "0",
      description =
          "Train adapters of this rank on query and value instead of all weights (default: off).")
  private int lora;

  @Option(
      names = "--max-tokens",
      paramLabel = "T",
      defaultValue = "8192",
      description = "Most input tokens of a micro-batch (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--steps",
      paramLabel = "S",
      defaultValue = "5",
      description = "Steps measured, after one that warms up (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Threads that compute (default: one per core).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** The checkpoint to measure; null for random weights. */
  @Nullable Path folder() {
    return measured.folder;
  }

  /** The sizes to measure; null for a checkpoint. */
  @Nullable Shape shape() {
    return measured.shape;
  }

  /** The model's name in the result. */
  String name() {
    return measured.shape == null ? String.valueOf(measured.folder) : measured.shape.toString();
  }

  /** What one step does. */
  Workload workload() {
    return new Workload(prompts, group, promptTokens, tokens(), mu);
  }

  private TokenRange tokens() {
    try {
      return TokenRange.parse(completionTokens);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          "--completion-tokens is " + completionTokens + "; " + e.getMessage(), e);
    }
  }

  /** What the model computes in, by the name on the command line. */
  String dtype() {
    return precision().name().toLowerCase(Locale.ROOT);
  }

  /** What is trained, and how. */
  EngineSettings engine() {
    if (lora < 0) {
      throw new UserErrorException("--lora is " + lora + "; it must be at least 0");
    }
    return new EngineSettings(precision(), lora, atLeastOne("--max-tokens", maxTokens));
  }

  private Precision precision() {
    return Arrays.stream(Precision.values())
        .filter(each -> each.name().equalsIgnoreCase(dtype))
        .findFirst()
        .orElseThrow(
            () -> new UserErrorException("--dtype is " + dtype + "; it must be fp32 or bf16"));
  }

  int steps() {
    return atLeastOne("--steps", steps);
  }

  int threads() {
    return atLeastOne("--threads", threads);
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UserErrorException(option + " is " + value + "; it must be at least 1");
    }
    return value;
  }
}
