package io.grpostream.cli;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpo check-config}: says everything that is wrong with a configuration. */
@Command(
    name = "check-config",
    description =
        "Check a configuration: print everything that is wrong with it, or that it is valid.")
final class CheckConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The YAML file.")
  private Path file;

  @Mixin private Overrides overrides;

  @Option(names = "--print", description = "Print the configuration with every key's value.")
  private boolean print;

  @Override
  public Integer call() {
    RunConfig config = ConfigFile.load(file, overrides.list());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    config
        .warnings(Runtime.getRuntime().availableProcessors())
        .forEach(warning -> err.println("warning: " + warning));
    out.print(print ? ConfigFile.write(config) : file + " is valid\n");
    out.flush();
    return 0;
  }
}
