package io.grpostream.rules;

import io.grpostream.policy.engine.Device;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Which device a subtask computes on where the configuration leaves it to the machine. */
public final class DevicePlacement {
  private DevicePlacement() {}

  /**
   * A GPU of those that Flink gave this process; if it gave none, of those that the machine has; if
   * it has none, the CPU. Subtasks take them in turn, because Flink shows all of a process's GPUs
   * to each of its subtasks.
   *
   * @param subtask its number, from 0
   * @param given CUDA numbers of the GPUs that Flink's external-resource framework gave
   * @param present how many GPUs the machine has; asked only if none was given
   */
  public static Device of(int subtask, List<Integer> given, IntSupplier present) {
    List<Integer> gpus =
        given.isEmpty()
            ? IntStream.range(0, present.getAsInt()).boxed().toList()
            : given.stream().sorted().toList();
    return gpus.isEmpty() ? Device.CPU : Device.cuda(gpus.get(subtask % gpus.size()));
  }
}
