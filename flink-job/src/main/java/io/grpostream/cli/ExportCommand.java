package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.LearnerArchive;
import io.grpostream.policy.engine.MergedWeights;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code grpo export}: a folder that transformers, vLLM and llama.cpp open, or adapters for PEFT.
 */
@Command(
    name = "export",
    description =
        "Write a checkpoint, or a run's trained policy, as a Hugging Face folder; trained adapters"
            + " as PEFT has them; or the program that computes with it.")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @ArgGroup(multiplicity = "1")
  private Target target = new Target();

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "fp32",
      description =
          "Number format of the weights, or of the program's products: fp32 or bf16 (default:"
              + " ${DEFAULT-VALUE}).")
  private Format format;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "With --model: export these adapters (LoRA), a folder as PEFT writes it.")
  private @Nullable Path adapter;

  @Option(
      names = "--merge",
      description =
          "Put adapters into their base's weights: a whole checkpoint, where a folder of adapters"
              + " would be written otherwise.")
  private boolean merge;

  /** What to export: exactly one of the two. */
  static final class Source {
    @Option(names = "--model", paramLabel = "DIR", description = "A checkpoint folder.")
    private @Nullable Path model;

    @Option(names = "--run", paramLabel = "RUN", description = "A run's folder (runs/…).")
    private @Nullable Path run;

    /** The run's trained policy, or the model. */
    Path folder() {
      if (model != null) {
        return model;
      }
      if (run == null) {
        throw new IllegalStateException("picocli lets nobody here without --model or --run");
      }
      Path policy = run.resolve("policy");
      if (!Files.isDirectory(policy)) {
        throw new UserErrorException(
            run + " holds no policy; give the folder of a run that has ended");
      }
      return policy;
    }
  }

  /** What to write: exactly one of the two. */
  static final class Target {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "The folder to write; files of the same names are replaced.")
    private @Nullable Path out;

    @Option(
        names = "--torchscript",
        paramLabel = "FILE",
        description = "The program, without weights, as torch.jit.load reads it.")
    private @Nullable Path program;
  }

  /** Number formats as people write them. */
  enum Format {
    FP32(DType.F32, Precision.FP32),
    BF16(DType.BF16, Precision.BF16);

    private final DType dtype;
    private final Precision precision;

    Format(DType dtype, Precision precision) {
      this.dtype = dtype;
      this.precision = precision;
    }
  }

  @Override
  public Integer call() throws IOException {
    Path folder = source.folder();
    if (adapter != null && source.model == null) {
      throw new UserErrorException("--adapter goes with --model, its base; a run has its own");
    }
    if (target.program != null) {
      exportProgram(folder, target.program);
      spec.commandLine().getOut().println(target.program);
    } else if (target.out != null) {
      exportFolder(folder, target.out);
      spec.commandLine().getOut().println(target.out);
    }
    return 0;
  }

  private void exportProgram(Path folder, Path file) throws IOException {
    Path adapters = adapter != null || !AdapterFolder.holds(folder) ? adapter : folder;
    Lora lora = adapters == null ? Lora.NONE : AdapterFolder.config(adapters).lora();
    ModelConfig config = ModelConfig.read(folder.equals(adapters) ? base(folder) : folder);
    LearnerArchive.write(file, config, lora, ObjectiveSettings.grpo(), format.precision);
  }

  private void exportFolder(Path folder, Path out) throws IOException {
    if (adapter != null) {
      exportAdapters(folder, adapter, out);
    } else if (source.run != null && AdapterFolder.holds(folder)) {
      exportAdapters(base(folder), folder, out);
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        CheckpointWriter.write(out, folder, checkpoint.weights(), format.dtype);
      }
    }
  }

  /** The base of a run's adapters. */
  private static Path base(Path adapters) {
    String base = AdapterFolder.config(adapters).base();
    if (base.isEmpty() || !Files.isDirectory(Path.of(base))) {
      throw new UserErrorException(
          adapters
              + " names the base "
              + base
              + ", which is no folder here; give the base as --model and this folder as --adapter");
    }
    return Path.of(base);
  }

  private void exportAdapters(Path base, Path folder, Path out) throws IOException {
    if (Files.isDirectory(out) && Files.isSameFile(out, folder)) {
      throw new UserErrorException(out + " holds the adapters themselves; write elsewhere");
    }
    try (AdapterFolder adapters = AdapterFolder.open(folder, ModelConfig.read(base))) {
      Lora lora = adapters.config().lora();
      if (!merge) {
        String path = base.toAbsolutePath().normalize().toString();
        AdapterFolder.write(out, lora, path, adapters.weights(), format.dtype);
        return;
      }
      int threads = Runtime.getRuntime().availableProcessors();
      try (AdaptedBase adapted = AdaptedBase.open(base, lora, Compute.fp32(threads));
          MergedWeights merged = new MergedWeights(adapted, adapters.weights(), threads)) {
        CheckpointWriter.write(out, base, merged, format.dtype);
      }
    }
  }
}
