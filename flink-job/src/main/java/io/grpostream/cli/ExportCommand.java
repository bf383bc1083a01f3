package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
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

/** {@code grpo export}: a checkpoint folder that transformers, vLLM and llama.cpp open. */
@Command(
    name = "export",
    description = "Write a checkpoint, or a run's trained policy, as a Hugging Face folder.")
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

  /** What to export: exactly one of the two. */
  static final class Source {
    @Option(names = "--model", paramLabel = "DIR", description = "A checkpoint folder.")
    private @Nullable Path model;

    @Option(names = "--run", paramLabel = "RUN", description = "A run's folder (runs/…).")
    private @Nullable Path run;

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
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      CheckpointWriter.write(out, folder, checkpoint.weights(), format.dtype);
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
