package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class GateTest {
  private static final StalenessGate OFF_BY_ONE = new StalenessGate(1, 3);

  @Test
  void givesTheNumbersBelowTheBoundAndNoMore() {
    Gate gate = new Gate(OFF_BY_ONE, Gate.NO_END);
    for (long n = 0; n < 6; n++) {
      assertTrue(gate.isOpen());
      assertEquals(n, gate.take());
    }
    assertFalse(gate.isOpen());
    assertThrows(IllegalStateException.class, gate::take);
    gate.startLineage("a");
    assertTrue(gate.announce("a", 2));
    assertEquals(6, gate.take());
    assertEquals(7, gate.take());
    assertFalse(gate.isOpen());
  }

  @Test
  void takesAnnouncementsOfTheLivingLineageOnly() {
    Gate gate = shut();
    assertFalse(gate.announce("a", 3), "no lineage has started");
    gate.startLineage("b");
    assertFalse(gate.announce("a", 3), "a dead one");
    assertFalse(gate.isOpen());
    assertTrue(gate.announce("b", 3));
    assertTrue(gate.isOpen());
  }

  @Test
  void anOldAnnouncementTakesNothingBack() {
    Gate gate = shut();
    gate.startLineage("a");
    assertTrue(gate.announce("a", 4));
    assertFalse(gate.announce("a", 4));
    assertFalse(gate.announce("a", 1));
    assertEquals(new Gate.Snapshot(6, 4), gate.snapshot());
  }

  @Test
  void refusesAFrontierBeyondTheNumbersGiven() {
    Gate gate = shut();
    gate.startLineage("a");
    assertThrows(IllegalStateException.class, () -> gate.announce("a", 7));
  }

  @Test
  void neverPassesItsEnd() {
    Gate gate = new Gate(OFF_BY_ONE, 7);
    gate.startLineage("a");
    for (int n = 0; n < 6; n++) {
      gate.take();
    }
    assertTrue(gate.announce("a", 6));
    assertEquals(6, gate.take());
    assertFalse(gate.isOpen());
    assertThrows(IllegalStateException.class, gate::take);
  }

  @Test
  void waitsOnOneFutureUntilItOpens() {
    Gate gate = shut();
    gate.startLineage("a");
    CompletableFuture<Void> first = gate.whenOpen();
    assertSame(first, gate.whenOpen());
    gate.announce("dead", 6);
    assertFalse(first.isDone());
    gate.announce("a", 1);
    assertTrue(first.isDone());
    assertTrue(gate.whenOpen().isDone());
    gate.take();
    assertFalse(gate.whenOpen().isDone());
    assertNotSame(first, gate.whenOpen());
  }

  @Test
  @Timeout(20)
  void completesTheFutureOutsideItsLock() throws Exception {
    Gate gate = shut();
    gate.startLineage("a");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<Boolean> seen = gate.whenOpen().thenApply(opened -> askFrom(other, gate));
      gate.announce("a", 1);
      assertTrue(seen.get(1, TimeUnit.SECONDS));
    } finally {
      other.shutdownNow();
    }
  }

  /** Whether another thread gets through the gate's lock while this one runs the callback. */
  private static boolean askFrom(ExecutorService other, Gate gate) {
    Future<Boolean> open = other.submit(gate::isOpen);
    try {
      return open.get(5, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restoresWhatACheckpointHeldAndNoLineage() {
    Gate gate = new Gate(OFF_BY_ONE, Gate.NO_END);
    gate.restore(new Gate.Snapshot(8, 3));
    assertEquals(8, gate.take());
    assertFalse(gate.isOpen(), "bound is 3 + 2 × 3");
    CompletableFuture<Void> waiting = gate.whenOpen();
    assertFalse(gate.announce("a", 4), "its lineage is yet to start");
    gate.restore(new Gate.Snapshot(8, 6));
    assertTrue(waiting.isDone());
  }

  @Test
  void aSnapshotHoldsNoFrontierBeyondItsNumbers() {
    assertThrows(IllegalArgumentException.class, () -> new Gate.Snapshot(2, 3));
    assertThrows(IllegalArgumentException.class, () -> new Gate.Snapshot(2, -1));
  }

  /** One thread takes as the source does, another announces as the feed does. */
  @Test
  @Timeout(60)
  void losesNoWakeUpBetweenThreads() throws Exception {
    long last = 20_000;
    Gate gate = new Gate(new StalenessGate(0, 1), last);
    gate.startLineage("a");
    AtomicLong taken = new AtomicLong();
    Thread feed =
        new Thread(
            () -> {
              long announced = 0;
              while (announced < last) {
                if (taken.get() > announced) {
                  gate.announce("a", ++announced);
                }
                Thread.onSpinWait();
              }
            });
    feed.start();
    for (long n = 0; n < last; n++) {
      gate.whenOpen().get(10, TimeUnit.SECONDS);
      assertEquals(n, gate.take());
      taken.set(n + 1);
    }
    feed.join();
    assertFalse(gate.isOpen());
  }

  private static Gate shut() {
    Gate gate = new Gate(OFF_BY_ONE, Gate.NO_END);
    gate.restore(new Gate.Snapshot(6, 0));
    assertFalse(gate.isOpen());
    return gate;
  }

  @Test
  void aBrokenGateWakesWhoeverWaitsAndSaysWhy() {
    Gate gate = new Gate(new StalenessGate(0, 1), 0);
    CompletableFuture<Void> waiting = gate.whenOpen();
    assertFalse(waiting.isDone());
    gate.check();
    gate.breakWith(new IllegalArgumentException("no such topic"));
    assertTrue(waiting.isDone());
    assertTrue(gate.whenOpen().isDone());
    assertThrows(IllegalStateException.class, gate::check);
  }
}
