package io.grpostream.simulation;

import org.jspecify.annotations.Nullable;

/** An invariant that did not hold. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Invariant invariant;

  Violation(Invariant invariant, String detail) {
    this(invariant, detail, null);
  }

  /** With the exception by which a rule refused. */
  Violation(Invariant invariant, String detail, @Nullable Throwable refusal) {
    super(invariant + " (" + invariant.sentence() + "): " + detail, refusal);
    this.invariant = invariant;
  }

  Invariant invariant() {
    return invariant;
  }
}
