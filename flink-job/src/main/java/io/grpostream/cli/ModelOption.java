package io.grpostream.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which model computes, and with how much of the machine. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A checkpoint folder in Hugging Face layout.")
  private Path folder;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: one per core).")
  private int threads = Runtime.getRuntime().availableProcessors();

  Path folder() {
    return folder;
  }

  int threads() {
    return Math.max(1, threads);
  }
}
