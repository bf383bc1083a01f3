package io.grpostream.local;

/**
 * Tells when checkpoints keep failing, and when they work again, from how many there have been of
 * each kind.
 */
final class CheckpointHealth {
  /** One failure alone may be chance, such as a checkpoint that a restart cut off. */
  private static final long REPEATEDLY = 2;

  private long completed;
  private long failed;
  private long failedInARow;
  private boolean failing;

  /** What an observation says that was not known before. */
  enum Change {
    NONE,
    /** At least two in a row have failed. */
    FAILING,
    /** One has completed after that. */
    WORKING_AGAIN
  }

  /** Whether they keep failing, as of the last observation. */
  boolean isFailing() {
    return failing;
  }

  /**
   * Takes in the numbers as they stand now.
   *
   * @param completed checkpoints completed so far
   * @param failed checkpoints failed so far
   */
  Change observe(long completed, long failed) {
    boolean oneCompleted = completed > this.completed;
    failedInARow = oneCompleted ? 0 : failedInARow + failed - this.failed;
    this.completed = completed;
    this.failed = failed;
    if (failing && oneCompleted) {
      failing = false;
      return Change.WORKING_AGAIN;
    }
    if (!failing && failedInARow >= REPEATEDLY) {
      failing = true;
      return Change.FAILING;
    }
    return Change.NONE;
  }
}
