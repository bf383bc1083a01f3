package io.grpostream.cli;

import io.grpostream.manifest.Libraries;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code grpo}, of which every other command is a part. */
@Command(
    name = "grpo",
    description = "Reinforcement-learning fine-tuning of language models as a stream.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "grpo-stream " + Libraries.GRPO_STREAM,
    subcommands = {
      RunCommand.class,
      PretrainCommand.class,
      GenerateCommand.class,
      EvalCommand.class,
      ExportCommand.class,
      BenchCommand.class,
      PromptsCommand.class,
      ClusterCommand.class,
      ChaosCommand.class,
      SubmitCommand.class,
      SavepointCommand.class,
      ResumeCommand.class,
      CancelCommand.class,
      LedgerCommand.class,
      ReplayCommand.class,
      CheckConfigCommand.class,
      LogitsCommand.class,
      RenderCommand.class,
    })
public final class Grpo implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show where an unexpected error comes from.")
  private boolean verbose;

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Whatever the locale, a model's text and JSON leave as UTF-8.
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int code = commandLine(out, err).execute(args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** The command line, writing to these. Exit codes are {@link Failures}'. */
  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    Grpo grpo = new Grpo();
    return new CommandLine(grpo)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, commandLine, parsed) ->
                new Failures(commandLine.getErr(), grpo.verbose).report(exception));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
