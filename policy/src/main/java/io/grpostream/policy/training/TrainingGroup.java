package io.grpostream.policy.training;

import java.util.List;

/**
 * The completions of one prompt: they share its tokens, which are computed once.
 *
 * @param promptIds the prompt's token ids, at least one
 * @param completions its completions; groups of a minibatch may differ in number
 */
public record TrainingGroup(int[] promptIds, List<TrainingCompletion> completions) {
  public TrainingGroup {
    completions = List.copyOf(completions);
  }
}
