package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.TextDecoder;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import io.grpostream.policy.training.OptimizerSettings;
import io.grpostream.policy.training.TorchTrainer;
import io.grpostream.policy.training.Trainer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Makes the policy's parts from the base checkpoint, on the machine that uses them: what travels in
 * the job graph is this record, a few hundred bytes for any model.
 *
 * @param checkpoint folder of the base checkpoint
 * @param objective the loss
 * @param optimizer AdamW's settings
 * @param maxTokens most tokens of a micro-batch
 * @param sampling what a sampler computes with
 * @param training what the trainer computes with
 */
public record PolicyFactory(
    String checkpoint,
    ObjectiveSettings objective,
    OptimizerSettings optimizer,
    int maxTokens,
    Compute sampling,
    Compute training)
    implements Serializable {
  public static PolicyFactory of(RunConfig config) {
    return new PolicyFactory(
        config.policy().checkpoint().toString(),
        config.objectiveSettings(),
        config.optimizer(),
        config.learner().maxTokens(),
        new Compute(config.rollout().threads(), config.rollout().dtype()),
        new Compute(config.learner().threads(), config.learner().dtype()));
  }

  public PolicyTokenizer tokenizer() {
    return PolicyTokenizer.open(Path.of(checkpoint));
  }

  /** A sampler without weights yet, for a subtask of rollout. */
  public Sampler sampler() {
    return sampler(sampling.threads());
  }

  /**
   * A sampler without weights yet.
   *
   * @param threads its torch threads
   */
  public Sampler sampler(int threads) {
    ModelConfig model = ModelConfig.read(Path.of(checkpoint));
    return new TorchSampler(
        model, new CompletionText(tokenizer()), new Compute(threads, sampling.precision()));
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

  /** The trainer, with the base checkpoint's weights. */
  public Trainer trainer() {
    try (Checkpoint base = Checkpoint.open(Path.of(checkpoint))) {
      return new TorchTrainer(
          base.config(), base.weights(), objective, optimizer, maxTokens, training);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
