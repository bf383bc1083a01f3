package io.grpostream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grpo prompts}: what is done with prompts on Kafka. */
@Command(
    name = "prompts",
    description = "Put prompts onto Kafka.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = PromptsLoadCommand.class)
final class PromptsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
