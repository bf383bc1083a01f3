package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.operators.Seat;
import io.grpostream.policy.checkpoint.AdapterFolder;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Device;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.TextDecoder;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import io.grpostream.policy.training.OptimizerSettings;
import io.grpostream.policy.training.TorchTrainer;
import io.grpostream.policy.training.Trainer;
import io.grpostream.rules.DevicePlacement;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes the policy's parts from the base checkpoint, on the machine that uses them: what travels in
 * the job graph is this record, a few hundred bytes for any model.
 *
 * @param checkpoint folder of the base checkpoint
 * @param adapters what is trained beside the checkpoint, if not the checkpoint itself
 * @param objective the loss
 * @param optimizer AdamW's settings
 * @param maxTokens most tokens of a micro-batch
 * @param sampling what a sampler computes with
 * @param training what the trainer computes with
 * @param device where both compute; null leaves it to the machine
 */
public record PolicyFactory(
    String checkpoint,
    StartingAdapters adapters,
    ObjectiveSettings objective,
    OptimizerSettings optimizer,
    int maxTokens,
    Compute sampling,
    Compute training,
    @Nullable Device device)
    implements Serializable {
  public static PolicyFactory of(RunConfig config) {
    return new PolicyFactory(
        config.policy().checkpoint().toString(),
        StartingAdapters.of(config.lora(), config.run().seed()),
        config.objectiveSettings(),
        config.optimizer(),
        config.learner().maxTokens(),
        new Compute(config.rollout().threads(), config.rollout().dtype()),
        new Compute(config.learner().threads(), config.learner().dtype()),
        config.policy().device().fixed());
  }

  public PolicyTokenizer tokenizer() {
    return PolicyTokenizer.open(Path.of(checkpoint));
  }

  /** A sampler without weights yet, for a subtask of rollout. */
  public Sampler sampler(Seat seat) {
    return sampler(sampling.threads(), seat);
  }

  /**
   * A sampler without weights yet.
   *
   * @param threads its torch threads
   */
  public Sampler sampler(int threads, Seat seat) {
    TextDecoder decoder = new CompletionText(tokenizer());
    Compute compute = new Compute(threads, sampling.precision(), device(seat));
    try {
      return adapters.lora().adapts()
          ? new TorchSampler(adaptedBase(compute), decoder, compute)
          : new TorchSampler(ModelConfig.read(Path.of(checkpoint)), decoder, compute);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record CompletionText(PolicyTokenizer tokenizer) implements TextDecoder {
    @Override
    public String decode(int[] ids) {
      return tokenizer.decode(ids, true);
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }

  /** The trainer, with the weights of version 0. */
  public Trainer trainer(Seat seat) {
    Compute compute = training.on(device(seat));
    try (TensorSource start = start()) {
      return adapters.lora().adapts()
          ? new TorchTrainer(adaptedBase(compute), start, objective, optimizer, maxTokens, compute)
          : new TorchTrainer(
              ModelConfig.read(Path.of(checkpoint)),
              start,
              objective,
              optimizer,
              maxTokens,
              compute);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Device device(Seat seat) {
    return device != null ? device : DevicePlacement.of(seat.subtask(), seat.gpus(), Torch::gpus);
  }

  /** What is trained as it is in version 0; the caller closes it. */
  @SuppressWarnings("resource") // Its weights are the checkpoint's only resource.
  public TensorSource start() throws IOException {
    Path folder = Path.of(checkpoint);
    return adapters.lora().adapts()
        ? adapters.open(ModelConfig.read(folder))
        : Checkpoint.open(folder).weights();
  }

  /** Writes a version as others read it: a checkpoint folder, or adapters as PEFT has them. */
  public void write(Path target, TensorSource weights) throws IOException {
    Path base = Path.of(checkpoint);
    if (adapters.lora().adapts()) {
      AdapterFolder.write(
          target, adapters.lora(), base.toAbsolutePath().toString(), weights, DType.F32);
    } else {
      CheckpointWriter.write(target, base, weights, DType.F32);
    }
  }

  private AdaptedBase adaptedBase(Compute compute) throws IOException {
    return AdaptedBase.open(Path.of(checkpoint), adapters.lora(), compute);
  }
}
