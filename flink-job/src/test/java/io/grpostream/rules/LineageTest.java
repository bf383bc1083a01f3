package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.rules.LedgerChain.Link;
import io.grpostream.rules.Lineage.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lineages and the ledger they leave. */
final class LineageTest {
  @Test
  void announcementsOfAnotherLineageDoNotCount() {
    assertTrue(Lineage.accepts("a", "a"));
    assertFalse(Lineage.accepts("a", "b"));
  }

  @Test
  void keepsTheNewestMaxStalenessPlusTwo() {
    Lineage lineage = new Lineage("a", 1);
    for (long v = 0; v < 5; v++) {
      lineage.add(new Version(v, "h" + v));
    }
    assertEquals(
        List.of(new Version(2, "h2"), new Version(3, "h3"), new Version(4, "h4")), lineage.kept());
    assertTrue(lineage.mayTrain(2, "h2"));
    assertFalse(lineage.mayTrain(1, "h1"));
  }

  @Test
  void whatADeadLineageSampledTrainsOnlyIfItsHashIsAmongTheLivingOnes() {
    Lineage dead = new Lineage("a", 0);
    dead.add(new Version(0, "h0"));
    Lineage living = new Lineage("b", 0);
    dead.kept().forEach(living::add);
    dead.add(new Version(1, "sampled with luck"));
    living.add(new Version(1, "sampled without"));
    assertTrue(living.mayTrain(0, "h0"));
    assertFalse(living.mayTrain(1, "sampled with luck"));
    assertFalse(living.mayTrain(0, "sampled without"));
  }

  /** Killed after version 8 with the checkpoint at 6, and again after another version 8. */
  @Test
  void whatTwoDeadLivesSampledAfterTheCheckpointIsNeverTrained() {
    List<Version> checkpoint =
        List.of(new Version(4, "h4"), new Version(5, "h5"), new Version(6, "h6"));
    Lineage living = new Lineage("c", 1);
    checkpoint.forEach(living::add);
    for (String dead : List.of("a", "b")) {
      assertFalse(Lineage.accepts(living.id(), dead));
      assertFalse(living.mayTrain(7, "h7 of " + dead));
      assertFalse(living.mayTrain(8, "h8 of " + dead));
    }
    assertTrue(living.mayTrain(6, "h6"), "what the checkpoint's version sampled stays good");
    living.add(new Version(7, "h7 of c"));
    living.add(new Version(8, "h8 of c"));
    for (String dead : List.of("a", "b")) {
      assertFalse(living.mayTrain(7, "h7 of " + dead));
      assertFalse(living.mayTrain(8, "h8 of " + dead));
    }
    assertTrue(living.mayTrain(7, "h7 of c"));
  }

  @Test
  void versionsFollowOneAnother() {
    Lineage lineage = new Lineage("a", 1);
    lineage.add(new Version(3, "h3"));
    assertThrows(IllegalStateException.class, () -> lineage.add(new Version(3, "h3")));
    assertThrows(IllegalStateException.class, () -> lineage.add(new Version(5, "h5")));
  }

  @Test
  void aLedgerIsOneUnbrokenChain() {
    LedgerChain chain = new LedgerChain(0);
    assertRefused(chain, new Link(1, 2, "h2", "h1"), "step 1 stands in the ledger where step 0");
    chain.append(new Link(0, 1, "h1", "h0"));
    assertRefused(chain, new Link(0, 1, "h1", "h0"), "step 0 stands in the ledger where step 1");
    assertRefused(chain, new Link(1, 3, "h2", "h1"), "step 1 made version 3");
    assertRefused(chain, new Link(1, 2, "h2", "x"), "step 1 started from x, but the step before");
    chain.append(new Link(1, 2, "h2", "h1"));
    assertRefused(chain, new Link(2, 3, "h3", "h1"), "step 2 started from h1, but the step before");
  }

  private static void assertRefused(LedgerChain chain, Link link, String start) {
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> chain.append(link));
    assertTrue(String.valueOf(e.getMessage()).startsWith(start), e.getMessage());
  }
}
