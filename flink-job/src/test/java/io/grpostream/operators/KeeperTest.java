package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.TopicLog;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keeper in Flink's harness, before a topic that forgets when it is told to. */
class KeeperTest {
  /** The topic's committed records, and whether a transaction is open behind them. */
  private static final List<String> COMMITTED = new ArrayList<>();

  private static volatile boolean open;

  @BeforeEach
  void empty() {
    synchronized (COMMITTED) {
      COMMITTED.clear();
    }
    open = false;
  }

  private static void commit(String... records) {
    synchronized (COMMITTED) {
      COMMITTED.addAll(List.of(records));
    }
  }

  /** Ends where no transaction is open. */
  private static final class FakeLog implements TopicLog<String> {
    @Override
    public long read(long from, Predicate<String> visitor, StopSignal stop)
        throws StoppedException {
      int at = (int) from;
      while (true) {
        stop.check();
        synchronized (COMMITTED) {
          while (at < COMMITTED.size()) {
            if (!visitor.test(COMMITTED.get(at++))) {
              return at;
            }
          }
          if (!open) {
            return at;
          }
        }
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {}
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, String, String> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new Keeper<>("topic", Types.STRING, record -> record, FakeLog::new),
        record -> Keeper.KEY,
        Types.INT,
        1,
        1,
        0);
  }

  private static OperatorSubtaskState checkpoint(
      KeyedOneInputStreamOperatorTestHarness<Integer, String, String> harness, long id)
      throws Exception {
    OperatorSubtaskState state = harness.snapshot(id, id);
    harness.notifyOfCompletedCheckpoint(id);
    return state;
  }

  private static void send(
      KeyedOneInputStreamOperatorTestHarness<Integer, String, String> harness, String... records)
      throws Exception {
    for (String record : records) {
      harness.processElement(record, 0);
    }
  }

  @Test
  void whatIsSeenIsLetGoOf() throws Exception {
    try (var harness = harness()) {
      harness.open();
      send(harness, "a", "b");
      assertEquals(List.of("a", "b"), harness.extractOutputValues(), "nothing waits");
      harness.snapshot(1, 1);
      commit("a", "b");
      send(harness, "c");
      harness.notifyOfCompletedCheckpoint(1);
      Keeper<?> keeper = (Keeper<?>) harness.getOperator();
      Mailbox.runUntil(harness, "a and b are seen", () -> keeper.kept() == 1);
      assertEquals(List.of("a", "b", "c"), harness.extractOutputValues());
    }
  }

  @Test
  void whatTheBrokerTookBackIsSentAgainInTheSameLife() throws Exception {
    try (var harness = harness()) {
      harness.open();
      send(harness, "a", "b");
      harness.snapshot(1, 1);
      send(harness, "c");
      open = true;
      checkpoint(harness, 2);
      commit("c");
      Mailbox.runFor(harness, Duration.ofMillis(50));
      assertEquals(3, harness.extractOutputValues().size(), "a transaction is still open");
      open = false;
      Mailbox.runUntil(harness, "sent again", () -> harness.extractOutputValues().size() == 5);
      assertEquals(List.of("a", "b", "c", "a", "b"), harness.extractOutputValues());
      commit("a", "b");
      checkpoint(harness, 3);
      Keeper<?> keeper = (Keeper<?>) harness.getOperator();
      Mailbox.runUntil(harness, "all is seen", () -> keeper.kept() == 0);
    }
  }

  @Test
  void aRestoredOneSendsWhatIsMissingBeforeAnythingNew() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      send(harness, "a", "b", "c");
      state = harness.snapshot(1, 1);
    }
    commit("a");
    open = true;
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      send(harness, "d");
      Mailbox.runFor(harness, Duration.ofMillis(50));
      assertEquals(List.of(), harness.extractOutputValues(), "a dead life's transaction is open");
      OperatorSubtaskState meanwhile = harness.snapshot(2, 2);
      open = false;
      Mailbox.runUntil(harness, "the rest", () -> harness.extractOutputValues().size() == 3);
      assertEquals(List.of("b", "c", "d"), harness.extractOutputValues());
      state = meanwhile;
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      Mailbox.runUntil(harness, "the rest", () -> harness.extractOutputValues().size() == 3);
      assertEquals(
          List.of("b", "c", "d"), harness.extractOutputValues(), "none of it was committed");
    }
  }

  @Test
  void oneThatGoesBackInTimeWritesNothingTwice() throws Exception {
    OperatorSubtaskState old;
    try (var harness = harness()) {
      harness.open();
      send(harness, "a");
      old = checkpoint(harness, 1);
      commit("a", "b", "c");
    }
    OperatorSubtaskState later;
    try (var harness = harness()) {
      harness.initializeState(old);
      harness.open();
      Keeper<?> keeper = (Keeper<?>) harness.getOperator();
      Mailbox.runUntil(harness, "a is seen", () -> keeper.kept() == 0);
      send(harness, "b");
      later = harness.snapshot(2, 2);
      assertEquals(List.of(), harness.extractOutputValues());
    }
    try (var harness = harness()) {
      harness.initializeState(later);
      harness.open();
      send(harness, "c", "d");
      Mailbox.runUntil(harness, "d leaves", () -> !harness.extractOutputValues().isEmpty());
      assertEquals(List.of("d"), harness.extractOutputValues());
    }
  }

  @Test
  void itEndsWhileATransactionIsOpen() throws Exception {
    open = true;
    long begin;
    try (var harness = harness()) {
      harness.open();
      send(harness, "a");
      checkpoint(harness, 1);
      begin = System.nanoTime();
    }
    assertTrue(System.nanoTime() - begin < 3_000_000_000L, "no operator takes longer to close");
  }
}
