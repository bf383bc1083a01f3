package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.objective.ObjectiveSettings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which completions count, how groups are split, which tokens an entropy share keeps. */
class MinibatchTest {
  private static final ObjectiveSettings GRPO = ObjectiveSettings.grpo();

  @Test
  void groupsAreSplitByPaddedTokens() {
    // Each alone: 4 prompt tokens and two completions of 3, padded: 10. Two: 20. Three: 30.
    List<TrainingGroup> groups = List.of(group(4, 3, 3), group(4, 3, 3), group(4, 3, 1));
    assertEquals(List.of(3), sizes(groups, 30));
    assertEquals(List.of(2, 1), sizes(groups, 29));
    assertEquals(List.of(1, 1, 1), sizes(groups, 19));
    assertEquals(List.of(1, 1, 1), sizes(groups, 1));
  }

  @Test
  void emptyCompletionsAndGroupsDoNotCountAsTokens() {
    Minibatch minibatch = Minibatch.of(List.of(group(4, 0, 2), group(3, 0)), GRPO);
    assertEquals(2, minibatch.tokens());
    assertEquals(1, minibatch.groups().size());
    assertEquals(1 / 6.0, minibatch.groups().get(0).members().get(0).weight(), 1e-15);
  }

  @Test
  void onlyAnAdvantageMakesAGradient() {
    assertTrue(Minibatch.of(List.of(group(4, 2)), GRPO).trains(GRPO));
    TrainingCompletion flat = new TrainingCompletion(new int[] {1}, new float[] {-1}, 0, false);
    TrainingGroup uninformative = new TrainingGroup(new int[] {1}, List.of(flat));
    assertFalse(Minibatch.of(List.of(uninformative), GRPO).trains(GRPO));
    assertFalse(Minibatch.of(List.of(), GRPO).trains(GRPO));
  }

  @Test
  void behaviorLogprobsMustMatchTokens() {
    TrainingCompletion wrong = new TrainingCompletion(new int[] {1, 2}, new float[] {-1}, 1, false);
    List<TrainingGroup> groups = List.of(new TrainingGroup(new int[] {1}, List.of(wrong)));
    assertThrows(IllegalArgumentException.class, () -> Minibatch.of(groups, GRPO));
  }

  @Test
  void theTopShareOfEntropiesIsKept() {
    // Sorted 1 … 6; the 0.6 quantile lies at rank 3, which is 4 itself.
    List<float[]> entropies = List.of(new float[] {3, 1, 6}, new float[] {5, 2, 4});
    assertEquals(new EntropyFilter(4, 3), EntropyFilter.top(0.4, entropies));
    assertEquals(new EntropyFilter(3.5f, 3), EntropyFilter.top(0.5, entropies));
    assertEquals(new EntropyFilter(6, 1), EntropyFilter.top(0, entropies));
  }

  private static List<Integer> sizes(List<TrainingGroup> groups, int maxTokens) {
    return Minibatch.of(groups, GRPO).split(maxTokens).stream().map(List::size).toList();
  }

  private static TrainingGroup group(int prompt, int... completions) {
    return new TrainingGroup(
        IntStream.range(0, prompt).toArray(),
        Arrays.stream(completions)
            .mapToObj(n -> new TrainingCompletion(new int[n], new float[n], 1, false))
            .toList());
  }
}
