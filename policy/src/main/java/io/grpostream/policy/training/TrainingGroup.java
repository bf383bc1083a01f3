package io.grpostream.policy.training;

import java.util.ArrayList;
import java.util.Arrays;
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

  /**
   * The groups with start log-probs.
   *
   * @param logprobs as {@link Trainer#startLogprobs} gives them; empty changes nothing
   */
  public static List<TrainingGroup> startingFrom(List<TrainingGroup> groups, float[] logprobs) {
    if (logprobs.length == 0) {
      return groups;
    }
    List<TrainingGroup> starting = new ArrayList<>();
    int at = 0;
    for (TrainingGroup group : groups) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        int end = at + each.ids().length;
        members.add(each.startingFrom(Arrays.copyOfRange(logprobs, at, end)));
        at = end;
      }
      starting.add(new TrainingGroup(group.promptIds(), members));
    }
    if (at != logprobs.length) {
      throw new IllegalArgumentException(
          logprobs.length + " start log-probs for " + at + " tokens; there must be one of each");
    }
    return starting;
  }
}
