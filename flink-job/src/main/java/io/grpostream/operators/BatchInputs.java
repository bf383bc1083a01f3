package io.grpostream.operators;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import io.grpostream.records.Group;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rules.RewardShuffle;
import java.util.ArrayList;
import java.util.List;

/** What a batch of groups is to the trainer: tokens, behavior log-probs and advantages. */
final class BatchInputs {
  private BatchInputs() {}

  /**
   * The training groups of batch k, in order of n. Advantages are the groups' own, unless the
   * settings ask for something that only a whole batch can tell.
   */
  static List<TrainingGroup> of(List<Group> batch, long k, LearnerSettings settings) {
    List<double[]> advantages = advantages(batch, k, settings);
    List<TrainingGroup> inputs = new ArrayList<>();
    for (int g = 0; g < batch.size(); g++) {
      inputs.add(trainingGroup(batch.get(g), advantages.get(g)));
    }
    return inputs;
  }

  private static List<double[]> advantages(List<Group> batch, long k, LearnerSettings settings) {
    if (!settings.shuffleRewards() && settings.scale() == Advantages.Scale.GROUP) {
      return batch.stream().map(Group::advantages).toList();
    }
    List<double[]> rewards = batch.stream().map(Group::rewards).toList();
    if (settings.shuffleRewards()) {
      rewards = RewardShuffle.permute(settings.seed(), k, rewards);
    }
    return Advantages.of(rewards, settings.scale()).stream()
        .map(Advantages.Result::advantages)
        .toList();
  }

  private static TrainingGroup trainingGroup(Group group, double[] advantages) {
    List<TrainingCompletion> completions = new ArrayList<>();
    for (int i = 0; i < advantages.length; i++) {
      ScoredCompletion scored = group.completions().get(i);
      Completion completion = scored.sampled().completion();
      completions.add(
          new TrainingCompletion(
              completion.ids(),
              completion.logprobs(),
              advantages[i],
              completion.finishReason() == FinishReason.LENGTH));
    }
    return new TrainingGroup(group.prompt().prompt().ids(), completions);
  }
}
