package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.pytorch.jni.TorchBridge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a team makes room. */
class BusyCoresTest {
  @ParameterizedTest
  @CsvSource({"2, 0, 1, 2", "2, 1, 2, 1", "2, 1, 3, 2", "2, 2, 3, 1", "1, 1, 1, 1", "3, 1, 3, 3"})
  void aTeamOfTwoMakesRoomWhereCoresAreShort(int threads, int others, int cores, int expected) {
    assertEquals(expected, BusyCores.team(threads, others, cores));
  }

  @Test
  void theThreadsTeamIsSmallerForThatLong() {
    Compute two = Compute.fp32(2);
    Torch.enter(two);
    assertEquals(2, TorchBridge.getThreads());
    List<BusyCores.Taken> all = new ArrayList<>();
    for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
      all.add(BusyCores.take());
    }
    Torch.enter(two);
    assertEquals(1, TorchBridge.getThreads());
    all.forEach(BusyCores.Taken::close);
    Torch.enter(two);
    assertEquals(2, TorchBridge.getThreads());
    Torch.enter(1);
  }
}
