package io.grpostream.pretraining;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a model some problems, and counts right answers (the whole answer right and ended). */
final class Examiner implements AutoCloseable {
  private static final int LONGEST_ANSWER = 5;
  private static final List<Integer> ENDS = List.of(Alphabet.EOS);

  private final List<Problem> problems;
  private final Sampler sampler;

  /**
   * Right answers among groups of samples, as GRPO draws them.
   *
   * @param right share of the samples that are right
   * @param reached share of the problems with a right answer among their samples
   */
  record Samples(double right, double reached) {}

  Examiner(ModelConfig model, List<Problem> problems, int threads) {
    this.problems = problems;
    this.sampler = new TorchSampler(model, Alphabet::text, threads);
  }

  /** Share of the problems that are answered right greedily. */
  double accuracy(TensorSource weights) throws IOException, StoppedException {
    int[] right = right(weights, SamplingSettings.greedy(LONGEST_ANSWER, ENDS));
    return (double) sum(right) / problems.size();
  }

  /** What groups of samples hold, at temperature 1. */
  Samples samples(TensorSource weights, int groupSize, long seed)
      throws IOException, StoppedException {
    int[] right =
        right(
            weights,
            new SamplingSettings(
                groupSize, LONGEST_ANSWER, 1, false, 0, 1, 0, 1, ENDS, List.of(), seed));
    long reached = Arrays.stream(right).filter(count -> count > 0).count();
    int n = problems.size();
    return new Samples((double) sum(right) / n / groupSize, (double) reached / n);
  }

  /** How many right answers each problem gets. */
  private int[] right(TensorSource weights, SamplingSettings settings)
      throws IOException, StoppedException {
    sampler.load(weights);
    List<PromptTokens> prompts = new ArrayList<>();
    for (Problem problem : problems) {
      prompts.add(new PromptTokens(prompts.size(), Alphabet.prompt(problem.prompt())));
    }
    List<List<Completion>> answers = sampler.sample(prompts, settings, StopSignal.NEVER);
    int[] right = new int[problems.size()];
    for (int i = 0; i < right.length; i++) {
      for (Completion answer : answers.get(i)) {
        if (answer.text().equals(problems.get(i).answer())) {
          right[i]++;
        }
      }
    }
    return right;
  }

  private static int sum(int[] counts) {
    return Arrays.stream(counts).sum();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
