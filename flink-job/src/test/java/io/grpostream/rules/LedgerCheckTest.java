package io.grpostream.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.rules.LedgerCheck.Consumed;
import io.grpostream.rules.LedgerCheck.Place;
import io.grpostream.rules.LedgerCheck.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a ledger must account for, in ledgers small enough to count by hand. */
class LedgerCheckTest {
  private final LedgerCheck check = new LedgerCheck();

  private static Place at(long offset) {
    return new Place("prompts", 0, offset);
  }

  /** Step k, from the hash of k to that of k + 1, with two prompts at these offsets. */
  private void step(long k, long first, long second) {
    step(k, "v" + k, first, second);
  }

  private void step(long k, String parent, long first, long second) {
    List<Consumed> prompts = new ArrayList<>();
    prompts.add(new Consumed(2 * k, at(first)));
    prompts.add(new Consumed(2 * k + 1, at(second)));
    check.step(new LedgerChain.Link(k, k + 1, "v" + (k + 1), parent), prompts);
  }

  @Test
  void aWholeLedgerIsInOrder() {
    step(0, 0, 1);
    step(1, 3, 4);
    check.rejected(at(2));
    Result found = check.result();
    assertTrue(found.ok());
    assertEquals(2, found.steps());
    assertEquals(4, found.prompts());
    assertEquals(List.of(), found.missing());
    assertEquals(List.of(), found.repeated());
  }

  @Test
  void aPromptThatWasSkippedWithoutAWordIsMissing() {
    step(0, 0, 1);
    step(1, 3, 5);
    check.rejected(at(4));
    Result found = check.result();
    assertEquals(List.of(at(2)), found.missing());
    assertTrue(found.chainOk());
    assertFalse(found.ok());
  }

  @Test
  void whatTheTopicDoesNotHoldIsNotMissing() {
    step(0, 0, 1);
    step(1, 3, 4);
    for (long offset : new long[] {0, 1, 3, 4, 5}) {
      check.onTopic(at(offset));
    }
    assertTrue(check.result().ok(), "offset 2 is a transaction's marker, 5 has yet to be trained");
  }

  @Test
  void aPromptTrainedTwiceIsRepeated() {
    step(0, 0, 1);
    step(1, 1, 2);
    assertEquals(List.of(at(1)), check.result().repeated());
  }

  @Test
  void aPromptRejectedTwiceIsRepeatedButTwoRejectedAnswersOfATrainedOneAreNot() {
    step(0, 0, 2);
    check.rejected(at(1));
    check.rejected(at(1));
    check.rejected(at(2));
    check.rejected(at(2));
    assertEquals(List.of(at(1)), check.result().repeated());
    assertEquals(List.of(), check.result().missing());
  }

  @Test
  void aStepThatIsNotThereBreaksTheChainAndItsPromptsAreMissing() {
    step(0, 0, 1);
    step(2, 4, 5);
    Result found = check.result();
    assertFalse(found.chainOk());
    assertEquals(List.of(at(2), at(3)), found.missing());
    assertEquals("step 2 stands in the ledger where step 1 was due", found.firstBreak());
  }

  @Test
  void aStepThatCameTwiceBreaksTheChainAndItsPromptsAreRepeated() {
    step(0, 0, 1);
    step(1, 2, 3);
    step(1, 2, 3);
    Result found = check.result();
    assertFalse(found.chainOk());
    assertEquals(List.of(at(2), at(3)), found.repeated());
    assertEquals(3, found.steps());
  }

  @Test
  void anotherParentBreaksTheChain() {
    step(0, 0, 1);
    step(1, "other", 2, 3);
    assertFalse(check.result().chainOk());
  }

  @Test
  void aNumberThatIsNotTheNextBreaksTheChain() {
    step(0, 0, 1);
    check.step(
        new LedgerChain.Link(1, 2, "v2", "v1"),
        List.of(new Consumed(2, at(2)), new Consumed(4, at(3))));
    assertFalse(check.result().chainOk());
  }

  @Test
  void recordsAheadOfTheFirstOutcomeAreCounted() {
    step(0, 3, 4);
    check.rejected(at(2));
    for (long offset = 0; offset < 6; offset++) {
      check.onTopic(at(offset));
    }
    assertEquals(2, check.result().earlier(), "0 and 1");
    assertTrue(check.result().ok());
  }

  @Test
  void aLedgerWhoseBeginningWasDeletedIsBroken() {
    check.deleted(7);
    step(0, 0, 1);
    assertFalse(check.result().chainOk());
    assertEquals(
        "the first 7 records of the ledger's topic were deleted, so it does not begin at step 0;"
            + " retention.ms of a ledger must be -1",
        check.result().firstBreak());
  }

  @Test
  void anEmptyLedgerIsInOrder() {
    assertTrue(check.result().ok());
    assertEquals(0, check.result().prompts());
  }
}
