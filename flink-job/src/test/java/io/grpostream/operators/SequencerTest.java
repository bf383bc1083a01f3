package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.Prompt;
import io.grpostream.records.RolloutInput;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Gate;
import io.grpostream.rules.StalenessGate;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * The sequencer in Flink's harness: numbers, blocks, lineages, and what a restore continues with.
 */
class SequencerTest {
  private static final int K = 2;
  private static final int B = 4;

  private static OneInputStreamOperatorTestHarness<Prompt, RolloutInput> harness(Gate gate)
      throws Exception {
    TaskGate.put(gate);
    return new OneInputStreamOperatorTestHarness<>(new Sequencer(new Batches(B, K), 2));
  }

  private static Gate gate() {
    return new Gate(new StalenessGate(0, B), Gate.NO_END);
  }

  private static List<RolloutInput> blocks(
      OneInputStreamOperatorTestHarness<Prompt, RolloutInput> harness) {
    return harness.extractOutputValues().stream().filter(input -> input.block() != null).toList();
  }

  @Test
  void startsALineageOnEverySubtaskAndForTheLearnerBeforeAnyPrompt() throws Exception {
    try (var harness = harness(gate())) {
      harness.open();
      List<RolloutInput> first = harness.extractOutputValues();
      assertEquals(List.of(0, 1), first.stream().map(RolloutInput::subtask).toList());
      assertTrue(first.stream().allMatch(input -> input.block() == null));
      String forTheLearner =
          Objects.requireNonNull(harness.getSideOutput(Sequencer.LINEAGES).peek()).getValue();
      assertTrue(first.stream().allMatch(input -> input.lineage().equals(forTheLearner)));
    }
  }

  @Test
  void numbersInOrderAndSendsWholeBlocks() throws Exception {
    try (var harness = harness(gate())) {
      harness.open();
      for (int i = 0; i < 3; i++) {
        harness.processElement(TestRecords.prompt(10 + i, "equal text"), 0);
      }
      assertEquals(1, blocks(harness).size());
      harness.processElement(TestRecords.prompt(13, "equal text"), 0);
      List<Long> numbers =
          blocks(harness).stream()
              .flatMap(input -> Objects.requireNonNull(input.block()).prompts().stream())
              .map(NumberedPrompt::number)
              .toList();
      assertEquals(List.of(0L, 1L, 2L, 3L), numbers);
      assertEquals(List.of(0, 1), blocks(harness).stream().map(RolloutInput::subtask).toList());
    }
  }

  @Test
  void aRestoreGoesOnWithTheNextNumberTheOpenBlockAndAnotherLineage() throws Exception {
    OperatorSubtaskState state;
    String firstLife;
    try (var harness = harness(gate())) {
      harness.open();
      firstLife = harness.extractOutputValues().get(0).lineage();
      for (int i = 0; i < 3; i++) {
        harness.processElement(TestRecords.prompt(i, "p" + i), 0);
      }
      state = harness.snapshot(1, 1);
    }
    Gate restored = gate();
    try (var harness = harness(restored)) {
      harness.initializeState(state);
      harness.open();
      assertNotEquals(firstLife, harness.extractOutputValues().get(0).lineage());
      harness.processElement(TestRecords.prompt(3, "p3"), 0);
      assertEquals(
          List.of("p2", "p3"),
          Objects.requireNonNull(blocks(harness).get(0).block()).prompts().stream()
              .map(numbered -> numbered.prompt().text())
              .toList());
      assertFalse(
          restored.isOpen(), "four prompts are out and no version has come: the gate is shut");
      assertFalse(restored.announce(firstLife, B), "a dead lineage must not open the gate");
      assertTrue(restored.announce(harness.extractOutputValues().get(0).lineage(), B));
    }
  }

  @Test
  void withoutAGateBehindItItFailsAtOnce() throws Exception {
    try (var harness =
        new OneInputStreamOperatorTestHarness<>(new Sequencer(new Batches(B, K), 1))) {
      IllegalStateException failure = assertThrows(IllegalStateException.class, harness::open);
      assertTrue(String.valueOf(failure.getMessage()).contains("chained"));
    }
  }
}
