package io.grpostream.local;

import io.grpostream.policy.StopSignal;

/**
 * Whether someone wants the run to end early: once for the clean way, twice for at once. Set from
 * any thread.
 */
public final class StopRequest {
  private volatile int requests;

  /** Asks for an end; asking again asks for it at once. */
  public synchronized void request() {
    requests++;
  }

  /** A signal that comes with the next request from now on, whatever has been asked before. */
  public StopSignal further() {
    int before = requests;
    return () -> requests > before;
  }

  /** Someone wants the run to end. */
  public boolean requested() {
    return requests > 0;
  }

  /** Someone wants it to end without waiting for a savepoint. */
  public boolean urgent() {
    return requests > 1;
  }
}
