package io.grpostream.policy;

/**
 * Work ended early because its {@link StopSignal} said so; nothing it was doing has taken effect.
 */
public final class StoppedException extends Exception {
  public StoppedException() {
    super("stopped before the work was done");
  }
}
