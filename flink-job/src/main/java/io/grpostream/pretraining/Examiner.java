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
import io.grpostream.policy.training.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the model some problems, and counts right answers (greedy, the whole answer right and
 * ended).
 */
final class Examiner implements AutoCloseable {
  private static final int LONGEST_ANSWER = 5;

  private final List<Problem> problems;
  private final Sampler sampler;

  Examiner(ModelConfig model, List<Problem> problems, int threads) {
    this.problems = problems;
    this.sampler = new TorchSampler(model, Alphabet::text, threads);
  }

  double accuracy(Trainer trainer) throws IOException, StoppedException {
    try (TensorSource weights = trainer.weights()) {
      sampler.load(weights);
    }
    List<PromptTokens> prompts = new ArrayList<>();
    for (Problem problem : problems) {
      prompts.add(new PromptTokens(prompts.size(), Alphabet.prompt(problem.prompt())));
    }
    List<List<Completion>> answers =
        sampler.sample(
            prompts,
            SamplingSettings.greedy(LONGEST_ANSWER, List.of(Alphabet.EOS)),
            StopSignal.NEVER);
    int right = 0;
    for (int i = 0; i < problems.size(); i++) {
      if (answers.get(i).get(0).text().equals(problems.get(i).answer())) {
        right++;
      }
    }
    return (double) right / problems.size();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
