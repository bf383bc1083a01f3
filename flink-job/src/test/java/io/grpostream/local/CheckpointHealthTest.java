package io.grpostream.local;

import static io.grpostream.local.CheckpointHealth.Change.FAILING;
import static io.grpostream.local.CheckpointHealth.Change.NONE;
import static io.grpostream.local.CheckpointHealth.Change.WORKING_AGAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When a person is told that checkpoints fail, and that they work again. */
class CheckpointHealthTest {
  private final CheckpointHealth health = new CheckpointHealth();

  @Test
  void oneFailureIsChanceAndTwoInARowAreToldOnce() {
    assertEquals(NONE, health.observe(3, 0));
    assertEquals(NONE, health.observe(3, 1));
    assertEquals(NONE, health.observe(3, 1));
    assertFalse(health.isFailing());
    assertEquals(FAILING, health.observe(3, 2));
    assertEquals(NONE, health.observe(3, 2));
    assertTrue(health.isFailing());
    assertEquals(NONE, health.observe(3, 7));
  }

  @Test
  void aCompletedOneEndsItAndItMayBeginAgain() {
    assertEquals(FAILING, health.observe(0, 2));
    assertEquals(WORKING_AGAIN, health.observe(1, 2));
    assertFalse(health.isFailing());
    assertEquals(NONE, health.observe(2, 3));
    assertEquals(NONE, health.observe(3, 4));
    assertEquals(NONE, health.observe(3, 5));
    assertEquals(FAILING, health.observe(3, 6));
  }
}
