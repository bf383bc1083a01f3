package io.grpostream.rules;

/** How a prompt and the version that samples it find each other. */
public enum Schedule {
  /**
   * Prompt n samples with exactly version ⌊n/B⌋ − maxStaleness (at least 0): a run is a function of
   * its prompts.
   */
  LOCKSTEP,
  /** A prompt samples with the newest version there is; the ledger records which. */
  LIVE
}
