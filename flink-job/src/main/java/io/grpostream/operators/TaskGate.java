package io.grpostream.operators;

import io.grpostream.rules.Gate;

/**
 * Where the sequencer finds the gate of its own task. Flink makes a source's reader and the
 * operators chained behind it on the same thread, the task's, so that a thread-local can belong to
 * no other task and no other attempt.
 */
final class TaskGate {
  private static final ThreadLocal<Gate> OF_THIS_TASK = new ThreadLocal<>();

  private TaskGate() {}

  /** Called when the reader is made. */
  static void put(Gate gate) {
    OF_THIS_TASK.set(gate);
  }

  /** Called when the sequencer starts, which is after the reader was made. */
  static Gate take() {
    Gate gate = OF_THIS_TASK.get();
    if (gate == null) {
      throw new IllegalStateException(
          "the sequencer has no gate: it must be chained behind the gated source, at the same parallelism");
    }
    OF_THIS_TASK.remove();
    return gate;
  }
}
