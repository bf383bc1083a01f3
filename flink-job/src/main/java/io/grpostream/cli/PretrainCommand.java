package io.grpostream.cli;

import io.grpostream.config.ConfigFile;
import io.grpostream.pretraining.PretrainConfig;
import io.grpostream.pretraining.Pretraining;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grpo pretrain}: makes the demo's model and its prompt files. */
@Command(
    name = "pretrain",
    description =
        "Make the demo's model and its prompts: a small Llama that adds but forgets the carries.")
final class PretrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Overrides overrides;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration (default: ${DEFAULT-VALUE}).",
      defaultValue = "conf/pretrain-demo.yaml")
  private Path config;

  @Override
  public Integer call() throws Exception {
    PretrainConfig settings = ConfigFile.load(PretrainConfig.class, config, overrides.list());
    PrintWriter out = spec.commandLine().getOut();
    long started = System.nanoTime();
    Pretraining.Made made = new Pretraining(settings, look -> print(out, started, look)).run();
    out.println(
        String.format(
            Locale.ROOT,
            "%s adds right: %.3f greedily, %.3f of samples, %.3f within 8 samples; policy hash %s",
            settings.output().checkpoint(),
            made.greedy(),
            made.sampled(),
            made.reached(),
            made.sha256()));
    return 0;
  }

  private static void print(PrintWriter out, long started, Pretraining.Look look) {
    double seconds = (System.nanoTime() - started) / 1e9;
    out.println(
        String.format(
            Locale.ROOT,
            "%6.1f s · %s · update %d · loss %.4f · adds right %.3f",
            seconds,
            look.phase(),
            look.update(),
            look.loss(),
            look.accuracy()));
  }
}
