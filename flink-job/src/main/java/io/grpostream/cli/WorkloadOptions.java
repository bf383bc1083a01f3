package io.grpostream.cli;

import io.grpostream.bench.Shape;
import io.grpostream.bench.TokenRange;
import io.grpostream.bench.Workload;
import io.grpostream.policy.UserErrorException;
import java.nio.file.Path;
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
      paramLabel = "fp32",
      defaultValue = "fp32",
      description = "What the model computes in (default: ${DEFAULT-VALUE}).")
  private String dtype;

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
    if (!dtype.toLowerCase(Locale.ROOT).equals("fp32")) {
      throw new UserErrorException("--dtype is " + dtype + "; it must be fp32");
    }
    return "fp32";
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
