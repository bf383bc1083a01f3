package io.grpostream.ledger;

import io.grpostream.records.TrainingStep.Determined;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two ledgers compared on what their inputs decided.
 *
 * @param steps steps that are the same, from the first on
 * @param first what differs first; empty if nothing does
 */
public record LedgerDiff(long steps, Optional<Difference> first) {
  /** Compares step by step, in order. */
  public static LedgerDiff of(LedgerSource a, LedgerSource b) throws IOException {
    List<Determined> left = determined(a);
    List<Determined> right = determined(b);
    for (int k = 0; k < Math.min(left.size(), right.size()); k++) {
      Optional<Difference> found = Difference.between(left.get(k), right.get(k));
      if (found.isPresent()) {
        return new LedgerDiff(k, found);
      }
    }
    int common = Math.min(left.size(), right.size());
    if (left.size() > common) {
      return new LedgerDiff(common, Optional.of(Difference.onlyInFirst(left.get(common))));
    }
    if (right.size() > common) {
      return new LedgerDiff(common, Optional.of(Difference.onlyInSecond(right.get(common))));
    }
    return new LedgerDiff(common, Optional.empty());
  }

  private static List<Determined> determined(LedgerSource ledger) throws IOException {
    List<Determined> steps = new ArrayList<>();
    ledger.forEachStep(step -> steps.add(step.determined()));
    return steps;
  }
}
