package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Batches, blocks, minibatches and groups, and what assembles them. */
final class AssemblyTest {
  private static final Batches BATCHES = new Batches(4, 2);

  @Test
  void batchAndBlockFollowFromTheNumber() {
    assertEquals(0, BATCHES.batchOf(3));
    assertEquals(1, BATCHES.batchOf(4));
    assertEquals(8, BATCHES.first(2));
    assertEquals(12, BATCHES.end(2));
    assertTrue(BATCHES.contains(1, 7));
    assertFalse(BATCHES.contains(1, 8));
    assertEquals(3, BATCHES.blockOf(7));
    assertEquals(6, BATCHES.firstOfBlock(3));
  }

  @Test
  void aBlockLiesInOneBatch() {
    assertThrows(IllegalArgumentException.class, () -> new Batches(4, 3));
    assertThrows(IllegalArgumentException.class, () -> new Batches(4, 8));
    assertThrows(IllegalArgumentException.class, () -> new Batches(4, 0));
    assertThrows(IllegalArgumentException.class, () -> new Batches(0, 1));
  }

  @Test
  void batchesLeaveInOrderHoweverTheirGroupsCome() {
    BatchAssembly<Long> assembly = new BatchAssembly<>(BATCHES, n -> n, 0);
    for (long n : new long[] {7, 4, 6, 5, 3, 1, 0}) {
      assembly.add(n);
      assertEquals(Optional.empty(), assembly.ready());
    }
    assembly.add(2L);
    assertEquals(Optional.of(List.of(0L, 1L, 2L, 3L)), assembly.ready());
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), assembly.waiting());
    assembly.finish();
    assertEquals(1, assembly.nextBatch());
    assertEquals(Optional.of(List.of(4L, 5L, 6L, 7L)), assembly.ready());
    assembly.finish();
    assertEquals(Optional.empty(), assembly.ready());
    assertEquals(List.of(), assembly.waiting());
  }

  @Test
  void aGroupComesOnce() {
    BatchAssembly<Long> assembly = new BatchAssembly<>(BATCHES, n -> n, 1);
    assembly.add(5L);
    assertMessage("group 5 came twice", () -> assembly.add(5L));
    assertMessage("group 3 came again", () -> assembly.add(3L));
    assertMessage("batch 1 cannot end", assembly::finish);
  }

  @Test
  void aBatchAssemblyIsRestoredFromWhatWaited() {
    BatchAssembly<Long> before = new BatchAssembly<>(BATCHES, n -> n, 2);
    List.of(9L, 8L, 11L, 13L).forEach(before::add);
    BatchAssembly<Long> after = new BatchAssembly<>(BATCHES, n -> n, before.nextBatch());
    before.waiting().forEach(after::add);
    assertMessage("group 13 came twice", () -> after.add(13L));
    after.add(10L);
    assertEquals(Optional.of(List.of(8L, 9L, 10L, 11L)), after.ready());
  }

  @Test
  void aBlockIsFullAtItsLastPrompt() {
    BlockAssembly<Long> assembly = new BlockAssembly<>(new Batches(6, 3), n -> n);
    assertEquals(Optional.empty(), assembly.add(3L));
    assertEquals(Optional.empty(), assembly.add(4L));
    assertEquals(List.of(3L, 4L), assembly.waiting());
    assertEquals(Optional.of(List.of(3L, 4L, 5L)), assembly.add(5L));
    assertEquals(List.of(), assembly.waiting());
    assertEquals(Optional.empty(), assembly.add(6L));
  }

  @Test
  void aBlocksPromptsComeInOrder() {
    BlockAssembly<Long> assembly = new BlockAssembly<>(new Batches(6, 3), n -> n);
    assertMessage("prompt 4 came where prompt 3 was due", () -> assembly.add(4L));
    assembly.add(3L);
    assertMessage("prompt 3 came where prompt 4 was due", () -> assembly.add(3L));
    assertMessage("prompt 5 came where prompt 4 was due", () -> assembly.add(5L));
  }

  @Test
  void minibatchesAreConsecutiveWholeGroups() {
    Minibatches twice = new Minibatches(4, 2, 2);
    List<String> batch = List.of("a", "b", "c", "d");
    assertEquals(4, twice.updates());
    assertEquals(List.of("a", "b"), twice.groupsOf(batch, 0));
    assertEquals(List.of("c", "d"), twice.groupsOf(batch, 1));
    assertEquals(List.of("a", "b"), twice.groupsOf(batch, 2));
    assertEquals(List.of("c", "d"), twice.groupsOf(batch, 3));
    assertEquals(batch, new Minibatches(4, 1, 1).groupsOf(batch, 0));
  }

  @Test
  void minibatchesRefuseWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new Minibatches(4, 3, 1));
    assertThrows(IllegalArgumentException.class, () -> new Minibatches(4, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Minibatches(4, 2, 0));
    Minibatches two = new Minibatches(2, 2, 1);
    assertThrows(IllegalArgumentException.class, () -> two.groupsOf(List.of("a"), 0));
    assertThrows(IllegalArgumentException.class, () -> two.groupsOf(List.of("a", "b"), 2));
  }

  @Test
  void aGroupIsCompleteWhenEveryIndexIsIn() {
    GroupMembers three = new GroupMembers(3);
    assertFalse(three.isComplete(List.of(0, 2)));
    assertFalse(three.isComplete(List.of(0, 2, 2)));
    assertTrue(three.isComplete(List.of(2, 0, 2, 1)));
    assertMessage("completion 3 came for a group of 3", () -> three.isComplete(List.of(3)));
    assertMessage("completion -1 came", () -> three.isComplete(List.of(-1)));
    assertThrows(IllegalArgumentException.class, () -> new GroupMembers(0));
  }

  @Test
  void aGroupsCompletionsAreOrderedByIndexAndTheFirstOfEachCounts() {
    GroupMembers two = new GroupMembers(2);
    List<String> ordered = two.inOrder(List.of("1 b", "0 a", "1 c"), s -> s.charAt(0) - '0');
    assertEquals(List.of("0 a", "1 b"), ordered);
    assertMessage(
        "only completions [1] of a group of 2",
        () -> two.inOrder(List.of("1 b", "1 c"), s -> s.charAt(0) - '0'));
  }

  private static void assertMessage(String start, Runnable action) {
    IllegalStateException e = assertThrows(IllegalStateException.class, action::run);
    assertTrue(String.valueOf(e.getMessage()).startsWith(start), e.getMessage());
  }
}
