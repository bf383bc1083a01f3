package io.grpostream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grpo bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measure speed and memory on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BenchStepCommand.class, BenchPipelineCommand.class, BenchSweepCommand.class})
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
