package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class StalenessGateTest {
  @Test
  void onPolicyLetsOneBatchIn() {
    StalenessGate gate = new StalenessGate(0, 4);
    assertEquals(4, gate.bound(0));
    assertEquals(8, gate.bound(4));
    assertEquals(0, gate.samplingVersion(3));
    assertEquals(1, gate.samplingVersion(4));
  }

  @Test
  void everyStepOfStalenessLetsOneBatchMoreIn() {
    StalenessGate gate = new StalenessGate(2, 4);
    assertEquals(12, gate.bound(0));
    assertEquals(17, gate.bound(5));
    assertEquals(0, gate.samplingVersion(11));
    assertEquals(1, gate.samplingVersion(12));
    assertEquals(3, gate.samplingVersion(23));
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new StalenessGate(-1, 4));
    assertThrows(IllegalArgumentException.class, () -> new StalenessGate(0, 0));
  }
}
