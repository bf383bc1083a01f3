package io.grpostream.policy;

/**
 * Says whether work should end soon. Native work cannot be interrupted, so it looks here between
 * decode steps and between a micro-batch's layers.
 */
@FunctionalInterface
public interface StopSignal {
  /** A signal that never comes. */
  StopSignal NEVER = () -> false;

  /** True from the moment the work should end; may be read from any thread. */
  boolean stopped();

  /** Throws if the work should end. */
  default void check() throws StoppedException {
    if (stopped()) {
      throw new StoppedException();
    }
  }
}
