package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.jni.TorchBridge;
import io.grpostream.policy.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How computations of one process share the machine's cores. */
class SharedCoresTest {
  private static final Compute TWO = Compute.fp32(2);

  private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    elsewhere.shutdownNow();
  }

  /** So that two are left, however many there are. */
  private static List<BusyCores.Taken> allCoresButTwo() {
    List<BusyCores.Taken> taken = new ArrayList<>();
    for (int core = 2; core < Runtime.getRuntime().availableProcessors(); core++) {
      taken.add(BusyCores.take());
    }
    return taken;
  }

  private static int team(SharedCores computation) {
    assertFalse(computation.stopped());
    return TorchBridge.getThreads();
  }

  @Test
  void twoThatOverlapHaveHalfEachAndOneThatIsAloneHasAll() throws Exception {
    List<BusyCores.Taken> others = allCoresButTwo();
    try (SharedCores here = SharedCores.enter(TWO, StopSignal.NEVER)) {
      assertEquals(2, team(here));
      SharedCores there = elsewhere.submit(() -> SharedCores.enter(TWO, StopSignal.NEVER)).get();
      assertEquals(1, team(here));
      assertEquals(1, elsewhere.submit(() -> team(there)).get());
      there.close();
      assertEquals(2, team(here));
    } finally {
      others.forEach(BusyCores.Taken::close);
      Torch.enter(1);
    }
  }

  @Test
  void itPassesOnWhetherToStop() {
    boolean[] stop = {false};
    try (SharedCores computation = SharedCores.enter(Compute.fp32(1), () -> stop[0])) {
      assertFalse(computation.stopped());
      stop[0] = true;
      assertTrue(computation.stopped());
    }
  }
}
