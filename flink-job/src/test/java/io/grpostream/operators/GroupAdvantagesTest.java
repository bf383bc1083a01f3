package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.records.Group;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rules.GroupMembers;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.runtime.operators.windowing.WindowOperatorBuilder;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * The group window in Flink's harness: what completes a group, what does not, and what is left in
 * state.
 */
class GroupAdvantagesTest {
  private static final int G = 4;
  private static final PolicyRef POLICY = new PolicyRef("life", 3, "abc");

  private static KeyedOneInputStreamOperatorTestHarness<Long, ScoredCompletion, Group> harness()
      throws Exception {
    var builder =
        new WindowOperatorBuilder<>(
            GlobalWindows.create(),
            new CompleteGroupTrigger(new GroupMembers(G)),
            new ExecutionConfig(),
            TypeInformation.of(ScoredCompletion.class),
            scored -> scored.sampled().prompt().number(),
            Types.LONG);
    return new KeyedOneInputStreamOperatorTestHarness<>(
        builder.process(new GroupAdvantages(new GroupMembers(G))),
        scored -> scored.sampled().prompt().number(),
        Types.LONG);
  }

  private static ScoredCompletion scored(NumberedPrompt prompt, int index, double reward) {
    return TestRecords.scored(prompt, POLICY, index, reward);
  }

  private static void assertNothingIsLeft(
      KeyedOneInputStreamOperatorTestHarness<Long, ScoredCompletion, Group> harness) {
    assertEquals(0, harness.numKeyedStateEntries());
    assertEquals(0, harness.numProcessingTimeTimers());
    assertEquals(0, harness.numEventTimeTimers());
  }

  @Test
  void completesAGroupWhateverTheOrderAndLeavesNoState() throws Exception {
    try (var harness = harness()) {
      harness.open();
      NumberedPrompt prompt = TestRecords.numbered(5);
      harness.processElement(scored(prompt, 2, 0), 0);
      harness.processElement(scored(prompt, 0, 1), 0);
      harness.processElement(scored(prompt, 3, 1), 0);
      assertTrue(harness.extractOutputValues().isEmpty());
      harness.processElement(scored(prompt, 1, 0), 0);
      Group group = harness.extractOutputValues().get(0);
      assertEquals(
          List.of(0, 1, 2, 3),
          group.completions().stream().map(c -> c.sampled().completion().index()).toList());
      // (1 − 0.5) / (0.57735 + 0.0001) = 0.86587, as TRL has it for these rewards.
      assertArrayEquals(
          new double[] {0.8658754, -0.8658754, -0.8658754, 0.8658754}, group.advantages(), 1e-6);
      assertNothingIsLeft(harness);
    }
  }

  @Test
  void keepsPromptsOfEqualTextApart() throws Exception {
    try (var harness = harness()) {
      harness.open();
      NumberedPrompt first = new NumberedPrompt(1, TestRecords.prompt(1, "same"));
      NumberedPrompt second = new NumberedPrompt(2, TestRecords.prompt(2, "same"));
      for (int i = 0; i < G - 1; i++) {
        harness.processElement(scored(first, i, i), 0);
        harness.processElement(scored(second, i, i), 0);
      }
      assertTrue(harness.extractOutputValues().isEmpty());
      harness.processElement(scored(second, G - 1, 0), 0);
      harness.processElement(scored(first, G - 1, 0), 0);
      assertEquals(
          List.of(2L, 1L), harness.extractOutputValues().stream().map(Group::number).toList());
      assertNothingIsLeft(harness);
    }
  }

  @Test
  void aCompletionThatComesTwiceDoesNotStandInForAMissingOne() throws Exception {
    try (var harness = harness()) {
      harness.open();
      NumberedPrompt prompt = TestRecords.numbered(1);
      for (int i : new int[] {0, 1, 2, 2, 1, 0}) {
        harness.processElement(scored(prompt, i, i), 0);
      }
      assertTrue(harness.extractOutputValues().isEmpty());
      harness.processElement(scored(prompt, 3, 3), 0);
      assertEquals(G, harness.extractOutputValues().get(0).completions().size());
      assertNothingIsLeft(harness);
    }
  }

  @Test
  void anIncompleteGroupSurvivesARestore() throws Exception {
    OperatorSubtaskState state;
    NumberedPrompt prompt = TestRecords.numbered(1);
    try (var harness = harness()) {
      harness.open();
      harness.processElement(scored(prompt, 0, 1), 0);
      harness.processElement(scored(prompt, 1, 0), 0);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(scored(prompt, 2, 0), 0);
      assertTrue(harness.extractOutputValues().isEmpty());
      harness.processElement(scored(prompt, 3, 1), 0);
      assertArrayEquals(new double[] {1, 0, 0, 1}, harness.extractOutputValues().get(0).rewards());
      assertNothingIsLeft(harness);
    }
  }
}
