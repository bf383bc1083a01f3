package io.grpostream.policy.training;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.engine.TrainingBatch;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.training.Minibatch.Group;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes over a minibatch in micro-batches. Token weights come from the whole minibatch, so the
 * gradients add up to the same however it is split.
 *
 * @param vocabulary number of tokens
 * @param maxTokens input tokens per micro-batch
 * @param reference used if beta is not 0
 */
record MicroBatchPasses(
    LearnerProgram program,
    ObjectiveSettings objective,
    int vocabulary,
    int maxTokens,
    Reference reference) {

  /** The reference policy's log-probs of a batch's tokens. */
  @FunctionalInterface
  interface Reference {
    float[] logprobs(TrainingBatch batch, StopSignal stop) throws StoppedException;
  }

  /** Forward only. */
  void measure(
      PolicyWeights weights, Minibatch minibatch, UpdateStatistics statistics, StopSignal stop)
      throws StoppedException {
    for (List<Group> part : minibatch.split(maxTokens)) {
      statistics.add(part, measure(weights, part, stop));
    }
  }

  /** Log-probs of the minibatch's tokens, in order; forward only. */
  float[] logprobs(PolicyWeights weights, Minibatch minibatch, StopSignal stop)
      throws StoppedException {
    float[] logprobs = new float[minibatch.tokens()];
    int at = 0;
    for (List<Group> part : minibatch.split(maxTokens)) {
      float[] measured = measure(weights, part, stop).logprobs();
      System.arraycopy(measured, 0, logprobs, at, measured.length);
      at += measured.length;
    }
    return logprobs;
  }

  /** The minibatch's gradients, like the trained weights; the caller closes them. */
  NativeTensor[] gradients(
      PolicyWeights weights, Minibatch minibatch, UpdateStatistics statistics, StopSignal stop)
      throws StoppedException {
    List<List<Group>> parts = minibatch.split(maxTokens);
    EntropyFilter filter = entropyFilter(weights, minibatch, parts, stop);
    double entropyWeight = objective.entropyBonus() / filter.tokens();
    NativeTensor[] gradients = new NativeTensor[0];
    try {
      for (List<Group> part : parts) {
        try (TrainingBatch batch = BatchBuilder.build(part, vocabulary, entropyWeight)) {
          if (objective.beta() != 0) {
            batch.setReference(reference.logprobs(batch, stop));
          }
          LearnerProgram.Pass pass =
              program.gradients(weights, gradients, batch, filter.threshold(), stop);
          gradients = pass.gradients();
          statistics.add(part, pass.measures());
        }
      }
      return gradients;
    } catch (StoppedException | RuntimeException e) {
      NativeTensor.closeAll(gradients);
      throw e;
    }
  }

  private EntropyFilter entropyFilter(
      PolicyWeights weights, Minibatch minibatch, List<List<Group>> parts, StopSignal stop)
      throws StoppedException {
    if (objective.topEntropyQuantile() >= 1) {
      return EntropyFilter.none(minibatch.tokens());
    }
    List<float[]> entropies = new ArrayList<>();
    for (List<Group> part : parts) {
      entropies.add(measure(weights, part, stop).entropies());
    }
    return EntropyFilter.top(objective.topEntropyQuantile(), entropies);
  }

  private TokenMeasures measure(PolicyWeights weights, List<Group> part, StopSignal stop)
      throws StoppedException {
    try (TrainingBatch batch = BatchBuilder.build(part, vocabulary, 0)) {
      return program.measure(weights, batch, stop);
    }
  }
}
