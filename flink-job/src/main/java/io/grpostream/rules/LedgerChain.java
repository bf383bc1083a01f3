package io.grpostream.rules;

import org.jspecify.annotations.Nullable;

/**
 * Checks that ledger records, as read, are one unbroken chain: steps are consecutive from the
 * first, step k makes version k + 1, and each starts from the weights its predecessor made.
 */
public final class LedgerChain {
  /**
   * What the chain is made of, in one ledger record.
   *
   * @param step number of the batch
   * @param version number of the version it made
   * @param sha256 that version's hash
   * @param parentSha256 hash of the version it started from
   */
  public record Link(long step, long version, String sha256, String parentSha256) {}

  private final long firstStep;
  private @Nullable Link last;

  /**
   * An empty chain.
   *
   * @param firstStep the step its first record must have: 0 for a whole ledger
   */
  public LedgerChain(long firstStep) {
    this.firstStep = firstStep;
  }

  /**
   * Appends the next record.
   *
   * @throws IllegalStateException naming step and rule if it does not continue the chain
   */
  public void append(Link link) {
    long expected = last == null ? firstStep : last.step() + 1;
    if (link.step() != expected) {
      throw new IllegalStateException(
          "step " + link.step() + " stands in the ledger where step " + expected + " was due");
    }
    if (link.version() != link.step() + 1) {
      throw new IllegalStateException(
          "step " + link.step() + " made version " + link.version() + "; it must make the next");
    }
    if (last != null && !link.parentSha256().equals(last.sha256())) {
      throw new IllegalStateException(
          "step "
              + link.step()
              + " started from "
              + link.parentSha256()
              + ", but the step before it made "
              + last.sha256());
    }
    last = link;
  }
}
