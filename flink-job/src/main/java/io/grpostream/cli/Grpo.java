package io.grpostream.cli;

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
    version = "grpo-stream 0.1.0",
    subcommands = {
      RunCommand.class,
      PretrainCommand.class,
      GenerateCommand.class,
      EvalCommand.class,
      ExportCommand.class,
      BenchCommand.class,
      PromptsCommand.class,
      ClusterCommand.class,
