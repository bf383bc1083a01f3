package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.engine.Device;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DevicePlacementTest {
  @Test
  void takesWhatFlinkGaveInTurnAndInOrder() {
    assertEquals(List.of("cuda:3", "cuda:5", "cuda:3"), places(3, List.of(5, 3), 8));
  }

  @Test
  void elseTheMachinesGpusInTurn() {
    assertEquals(List.of("cuda:0", "cuda:1", "cuda:0", "cuda:1"), places(4, List.of(), 2));
  }

  @Test
  void elseTheCpu() {
    assertEquals(List.of("cpu", "cpu"), places(2, List.of(), 0));
  }

  /** Asking the driver is slow, and may be wrong in a container that Flink knows better. */
  @Test
  void doesNotAskTheMachineIfFlinkGaveSome() {
    Device device =
        DevicePlacement.of(
            0,
            List.of(1),
            () -> {
              throw new AssertionError("asked");
            });
    assertEquals(Device.cuda(1), device);
  }

  private static List<String> places(int subtasks, List<Integer> given, int present) {
    return IntStream.range(0, subtasks)
        .mapToObj(subtask -> DevicePlacement.of(subtask, given, () -> present).toString())
        .toList();
  }
}
