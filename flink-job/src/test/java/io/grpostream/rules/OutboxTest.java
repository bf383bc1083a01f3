package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.rules.Outbox.Fate;
import io.grpostream.rules.Outbox.Settled;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What leaves, what stays kept and what leaves again, in cases small enough to follow by hand. */
class OutboxTest {
  @Test
  void aRecordIsKeptUntilItIsSeen() {
    Outbox outbox = Outbox.starting();
    assertEquals(Fate.LEAVES, outbox.add(0, "a"));
    assertEquals(Fate.LEAVES, outbox.add(1, "b"));
    outbox.barrier(1);
    assertEquals(Fate.LEAVES, outbox.add(2, "c"));
    assertEquals(Set.of("a", "b"), outbox.due(1), "c is in the next transaction");
    assertEquals(
        new Settled(List.of(0L, 1L), List.of(), 0), outbox.settle(1, List.of("a", "b", "other")));
    assertEquals(1, outbox.size());
    assertEquals(Set.of(), outbox.ahead(), "another's record is nothing of ours");
  }

  @Test
  void whatWasDueAndIsNotThereLeavesAgainInOrder() {
    Outbox outbox = Outbox.starting();
    outbox.add(0, "a");
    outbox.add(1, "b");
    outbox.barrier(1);
    outbox.add(2, "c");
    outbox.barrier(2);
    outbox.add(3, "d");
    assertEquals(
        new Settled(List.of(2L), List.of(0L, 1L), 2), outbox.settle(2, List.of("c")), "d is open");
    assertEquals(Set.of(), outbox.due(2), "a and b have left again");
    outbox.barrier(3);
    assertEquals(Set.of("a", "b", "d"), outbox.due(3));
  }

  @Test
  void checkpointsThatNeverCompletedCountWithTheNextThatDoes() {
    Outbox outbox = Outbox.starting();
    outbox.add(0, "a");
    outbox.barrier(1);
    outbox.add(1, "b");
    outbox.barrier(2);
    assertEquals(Set.of("a"), outbox.due(1));
    assertEquals(Set.of("a", "b"), outbox.due(2));
  }

  @Test
  void afterARestoreNothingLeavesBeforeTheTopicIsKnown() {
    Outbox outbox = Outbox.restored(Map.of(4L, "e", 5L, "f"), Set.of());
    assertEquals(Fate.WAITS, outbox.add(6, "g"));
    outbox.barrier(9);
    assertEquals(
        new Settled(List.of(4L), List.of(5L, 6L), 1),
        outbox.settle(0, List.of("e")),
        "f was lost, g is new");
    assertEquals(Fate.LEAVES, outbox.add(7, "h"));
    assertEquals(3, outbox.size());
  }

  @Test
  void whatALifeThatWasGivenUpHasWrittenIsNotWrittenAgain() {
    Outbox outbox = Outbox.restored(Map.of(0L, "a"), Set.of());
    outbox.add(1, "b");
    assertEquals(
        new Settled(List.of(0L, 1L), List.of(), 0), outbox.settle(0, List.of("a", "b", "c", "d")));
    assertEquals(Set.of("c", "d"), outbox.ahead());
    assertEquals(Fate.IS_THERE, outbox.add(2, "c"));
    assertEquals(Fate.LEAVES, outbox.add(3, "D"), "another's: the lives have parted");
    assertEquals(Set.of("d"), outbox.ahead());
  }

  @Test
  void whatIsAheadIsStillKnownAfterAnotherRestore() {
    Outbox outbox = Outbox.restored(Map.of(), Set.of("c"));
    assertEquals(Fate.IS_THERE, outbox.add(0, "c"));
    assertEquals(0, outbox.size());
  }

  @Test
  void aRecordThatComesTwiceLeavesOnce() {
    Outbox outbox = Outbox.starting();
    outbox.add(0, "a");
    assertEquals(Fate.IS_THERE, outbox.add(1, "a"));
    assertEquals(1, outbox.size());
  }
}
