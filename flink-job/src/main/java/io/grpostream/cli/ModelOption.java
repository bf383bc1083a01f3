package io.grpostream.cli;

import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.SequenceLogits;
import io.grpostream.policy.sampling.TextDecoder;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model computes, and with how much of the machine. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A checkpoint folder in Hugging Face layout.")
  private Path folder;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "Adapters (LoRA) for this model, a folder as PEFT writes it.")
  private @Nullable Path adapter;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: one per core).")
  private int threads = Runtime.getRuntime().availableProcessors();

  Path folder() {
    return folder;
  }

  int threads() {
    return Math.max(1, threads);
  }

  /** A sampler of the model, with its adapters if there are any. */
  TorchSampler sampler(Checkpoint checkpoint, PolicyTokenizer tokenizer) throws IOException {
    return sampler(checkpoint, tokenizer, List.of());
  }

  /** The same, never choosing some tokens. */
  TorchSampler sampler(Checkpoint checkpoint, PolicyTokenizer tokenizer, List<Integer> never)
      throws IOException {
    TextDecoder decoder = ids -> tokenizer.decode(ids, true);
    Compute compute = Compute.fp32(threads());
    if (adapter == null) {
      TorchSampler sampler = new TorchSampler(checkpoint.config(), decoder, compute, never);
      sampler.load(checkpoint.weights());
      return sampler;
    }
    try (AdapterFolder adapters = AdapterFolder.open(adapter, checkpoint.config())) {
      TorchSampler sampler = new TorchSampler(base(adapters), decoder, compute, never);
      sampler.load(adapters.weights());
      return sampler;
    }
  }

  /** What scores whole texts with the model, with its adapters if there are any. */
  SequenceLogits logits(Checkpoint checkpoint) throws IOException {
    if (adapter == null) {
      return new SequenceLogits(checkpoint.config(), checkpoint.weights(), threads());
    }
    try (AdapterFolder adapters = AdapterFolder.open(adapter, checkpoint.config())) {
      return new SequenceLogits(base(adapters), adapters.weights(), threads());
    }
  }

  private AdaptedBase base(AdapterFolder adapters) throws IOException {
    return AdaptedBase.open(folder, adapters.config().lora(), Compute.fp32(threads()));
  }
}
