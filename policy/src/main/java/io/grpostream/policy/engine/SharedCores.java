package io.grpostream.policy.engine;

import io.grpostream.policy.StopSignal;

/**
 * One computation among those of this process, from entering {@link Torch} to closing: meanwhile it
 * counts as busy for the others. Whenever it is asked whether to stop, which it is between any two
 * native calls, it fits its thread's team to the cores that the others leave. So two that overlap
 * have half of the cores each, and when one ends or waits, the other gets all.
 */
public final class SharedCores implements StopSignal, AutoCloseable {
  private final Compute compute;
  private final StopSignal stop;
  private final BusyCores.Taken own;

  private SharedCores(Compute compute, StopSignal stop) {
    this.compute = compute;
    this.stop = stop;
    this.own = BusyCores.take();
  }

  /** Begins the calling thread's computation. */
  public static SharedCores enter(Compute compute, StopSignal stop) {
    Torch.enter(compute);
    return new SharedCores(compute, stop);
  }

  @Override
  public boolean stopped() {
    Torch.team(BusyCores.teamOfBusy(compute.threads()));
    return stop.stopped();
  }

  @Override
  public void close() {
    own.close();
  }
}
