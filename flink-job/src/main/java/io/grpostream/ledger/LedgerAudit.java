package io.grpostream.ledger;

import io.grpostream.records.Coordinates;
import io.grpostream.records.TrainingStep;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.rules.LedgerChain;
import io.grpostream.rules.LedgerCheck;
import io.grpostream.rules.LedgerCheck.Consumed;
import io.grpostream.rules.LedgerCheck.Place;
import java.io.IOException;
import java.util.List;

/** Puts a ledger, with the records that bear on it, before {@link LedgerCheck}. */
public final class LedgerAudit {
  private LedgerAudit() {}

  /** Reads everything there is at that place and says what was found. */
  public static LedgerCheck.Result of(LedgerSource ledger) throws IOException {
    LedgerCheck check = new LedgerCheck();
    check.deleted(ledger.deletedSteps());
    ledger.forEachStep(step -> check.step(link(step), consumed(step.determined())));
    ledger.forEachRejection(
        rejection -> {
          // The prompt of a rejected completion is trained all the same.
          if (!rejection.reason().ofCompletion()) {
            check.rejected(place(rejection.at()));
          }
        });
    ledger.forEachPrompt(at -> check.onTopic(place(at)));
    return check.result();
  }

  /** What the chain is made of in that step. */
  public static LedgerChain.Link link(TrainingStep step) {
    Determined determined = step.determined();
    return new LedgerChain.Link(
        determined.step(), determined.version(), determined.sha256(), determined.parentSha256());
  }

  private static List<Consumed> consumed(Determined step) {
    return step.groups().stream()
        .map(group -> new Consumed(group.number(), place(group.at())))
        .toList();
  }

  private static Place place(Coordinates at) {
    return new Place(at.topic(), at.partition(), at.offset());
  }
}
