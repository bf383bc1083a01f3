package io.grpostream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grpo ledger}: what is asked about a ledger. */
@Command(
    name = "ledger",
    description = "Show, compare or check a run's ledger, from Kafka or from the run's folder.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LedgerShowCommand.class, LedgerDiffCommand.class, LedgerCheckCommand.class})
final class LedgerCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
