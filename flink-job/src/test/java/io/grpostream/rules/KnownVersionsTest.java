package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KnownVersionsTest {
  private static final StalenessGate OFF_BY_ONE = new StalenessGate(1, 4);

  @Test
  void lockstepGivesExactlyTheVersionThatIsDue() {
    KnownVersions<String> known = living(Schedule.LOCKSTEP);
    assertEquals(Optional.empty(), known.versionFor(0));
    known.announce("a", 0, "v0");
    assertEquals(Optional.of("v0"), known.versionFor(0));
    assertEquals(Optional.of("v0"), known.versionFor(7));
    assertEquals(Optional.empty(), known.versionFor(8));
    known.announce("a", 1, "v1");
    assertEquals(Optional.of("v0"), known.versionFor(7));
    assertEquals(Optional.of("v1"), known.versionFor(8));
  }

  @Test
  void lockstepAwaitsTheVersionThatIsDueOfItsOwnLineage() {
    KnownVersions<String> known = new KnownVersions<>(Schedule.LOCKSTEP, OFF_BY_ONE);
    assertFalse(known.awaits("a", 0, 0), "no lineage has started");
    known.startLineage("a");
    assertTrue(known.awaits("a", 0, 7));
    assertFalse(known.awaits("a", 0, 8));
    assertTrue(known.awaits("a", 1, 8));
    assertFalse(known.awaits("dead", 1, 8));
    assertFalse(living(Schedule.LIVE).awaits("a", 1, 8), "a newer one may be announced first");
  }

  @Test
  void liveGivesTheNewestThatKeepsTheBound() {
    KnownVersions<String> known = living(Schedule.LIVE);
    known.announce("a", 2, "v2");
    assertEquals(Optional.of("v2"), known.versionFor(0));
    assertEquals(Optional.of("v2"), known.versionFor(15));
    assertEquals(Optional.empty(), known.versionFor(16), "batch 4 may be no older than version 3");
    known.announce("a", 3, "v3");
    assertEquals(Optional.of("v3"), known.versionFor(16));
  }

  @Test
  void announcementsOfOtherLineagesDoNotCountHoweverEarlyTheyCome() {
    KnownVersions<String> known = new KnownVersions<>(Schedule.LIVE, OFF_BY_ONE);
    known.announce("dead", 5, "dead v5");
    known.announce("a", 1, "v1");
    assertEquals(Optional.empty(), known.versionFor(0), "no lineage has started");
    known.startLineage("a");
    assertEquals(Optional.of("v1"), known.versionFor(0));
    known.announce("dead", 6, "dead v6");
    assertEquals(Optional.of("v1"), known.versionFor(0));
    known.startLineage("b");
    assertEquals(Optional.empty(), known.versionFor(0));
  }

  @Test
  void keepsTheNewestMaxStalenessPlusOne() {
    KnownVersions<String> known = living(Schedule.LOCKSTEP);
    for (int v = 0; v < 4; v++) {
      known.announce("a", v, "v" + v);
    }
    assertEquals(Optional.empty(), known.versionFor(8));
    assertEquals(Optional.of("v2"), known.versionFor(12));
    assertEquals(Optional.of("v3"), known.versionFor(16));
  }

  private static KnownVersions<String> living(Schedule schedule) {
    KnownVersions<String> known = new KnownVersions<>(schedule, OFF_BY_ONE);
    known.startLineage("a");
    return known;
  }
}
