package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.MergedWeights;
import io.grpostream.policy.engine.Torch;
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
            + " as PEFT has them.")
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; files of the same names are replaced.")
  private Path out;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      defaultValue = "fp32",
      description = "Number format of the weights: fp32 or bf16 (default: ${DEFAULT-VALUE}).")
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

  /** Number formats as people write them. */
  enum Format {
    FP32(DType.F32),
    BF16(DType.BF16);

    private final DType dtype;

    Format(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Override
  public Integer call() throws IOException {
    Path folder = source.folder();
    if (adapter != null && source.model == null) {
      throw new UserErrorException("--adapter goes with --model, its base; a run has its own");
    }
    if (adapter != null) {
      exportAdapters(folder, adapter);
    } else if (source.run != null && AdapterFolder.holds(folder)) {
      exportAdapters(base(folder), folder);
    } else {
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        CheckpointWriter.write(out, folder, checkpoint.weights(), format.dtype);
      }
    }
    spec.commandLine().getOut().println(out);
    return 0;
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

  private void exportAdapters(Path base, Path folder) throws IOException {
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
      Torch.enter(threads);
      try (AdaptedBase adapted = AdaptedBase.open(base, lora);
          MergedWeights merged = new MergedWeights(adapted, adapters.weights(), threads)) {
        CheckpointWriter.write(out, base, merged, format.dtype);
      }
    }
  }
}
