package io.grpostream.policy.training;

import io.grpostream.policy.objective.LossWeights;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The completions of a minibatch that count, each with the weight of its tokens in the loss.
 *
 * @param groups groups with at least one such completion
 * @param tokens completion tokens in all of them
 */
record Minibatch(List<Group> groups, int tokens) {
  /** A prompt and its completions that count. */
  record Group(int[] promptIds, List<Member> members) {
    int longestCompletion() {
      return members.stream().mapToInt(member -> member.completion().ids().length).max().orElse(0);
    }
  }

  /** A completion that counts and the weight of each of its tokens. */
  record Member(TrainingCompletion completion, double weight) {}

  /** Weighs all completions of the groups and drops those that are masked or empty. */
  static Minibatch of(List<TrainingGroup> groups, ObjectiveSettings objective) {
    List<TrainingCompletion> all =
        groups.stream().flatMap(group -> group.completions().stream()).toList();
    int[] lengths = all.stream().mapToInt(each -> length(each, objective)).toArray();
    return of(groups, lengths, LossWeights.of(objective, lengths));
  }

  /** Every completion that has a token, masked or not, without weight: for passes that measure. */
  static Minibatch whole(List<TrainingGroup> groups) {
    int[] lengths =
        groups.stream()
            .flatMap(group -> group.completions().stream())
            .mapToInt(completion -> completion.ids().length)
            .toArray();
    return of(groups, lengths, new double[lengths.length]);
  }

  private static Minibatch of(List<TrainingGroup> groups, int[] lengths, double[] weights) {
    List<Group> counted = new ArrayList<>();
    int at = 0;
    int tokens = 0;
    for (TrainingGroup group : groups) {
      List<Member> members = new ArrayList<>();
      for (TrainingCompletion completion : group.completions()) {
        if (lengths[at] > 0) {
          members.add(new Member(completion, weights[at]));
          tokens += lengths[at];
        }
        at++;
      }
      if (!members.isEmpty()) {
        counted.add(new Group(group.promptIds(), members));
      }
    }
    return new Minibatch(counted, tokens);
  }

  private static int length(TrainingCompletion completion, ObjectiveSettings objective) {
    int length = completion.ids().length;
    if (completion.behaviorLogprobs().length != length) {
      throw new IllegalArgumentException(
          "a completion has one behavior log-prob per token, not "
              + completion.behaviorLogprobs().length
              + " for "
              + length);
    }
    return objective.maskTruncated() && completion.truncated() ? 0 : length;
  }

  /** Whether any token can have a gradient; a KL or an entropy bonus always has one. */
  boolean trains(ObjectiveSettings objective) {
    return tokens > 0
        && (objective.beta() != 0
            || objective.entropyBonus() != 0
            || groups.stream()
                .flatMap(group -> group.members().stream())
                .anyMatch(member -> member.completion().advantage() != 0));
  }

  /**
   * Consecutive groups together, as many as fit the budget of input tokens (padding included) but
   * at least one.
   */
  List<List<Group>> split(int maxTokens) {
    List<List<Group>> parts = new ArrayList<>();
    List<Group> part = new ArrayList<>();
    for (Group group : groups) {
      part.add(group);
      if (part.size() > 1 && paddedTokens(part) > maxTokens) {
        part.remove(part.size() - 1);
        parts.add(part);
        part = new ArrayList<>(List.of(group));
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private static long paddedTokens(List<Group> part) {
    long prompt = part.stream().mapToInt(group -> group.promptIds().length).max().orElse(0);
    long members = part.stream().mapToInt(group -> group.members().size()).max().orElse(0);
    long completion = part.stream().mapToInt(Group::longestCompletion).max().orElse(0);
    return part.size() * (prompt + members * completion);
  }
}
