package io.grpostream.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --set}, which changes single keys of a configuration. */
final class Overrides {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Change one key, such as learner.learning-rate=1e-5 or",
        "rewards.functions.0.weight=2; an empty value takes it out. May be repeated."
      })
  private List<String> set = List.of();

  List<String> list() {
    return set;
  }
}
