package io.grpostream.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SumPromptsTest {
  private static final Path DATA = Path.of("../data");

  @Test
  void theShippedFilesAreWhatTheRuleGives() throws IOException {
    assertEquals(SumPrompts.lines(false), Files.readString(DATA.resolve("sums-train.jsonl")));
    assertEquals(SumPrompts.lines(true), Files.readString(DATA.resolve("sums-heldout.jsonl")));
  }

  @Test
  void everyPairIsOnOneSideOnly() {
    // 49 · 49 pairs, counted in Python for the second number.
    assertEquals(49 * 49, SumPrompts.lines(false).lines().count() + heldOut());
    assertEquals(219, heldOut());
    // 7 · 1 + 3 · 5 = 22.
    assertTrue(
        SumPrompts.lines(true)
            .startsWith(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"What is 1 + 5? Answer with the"
                    + " number only.\"}],\"answer\":\"6\"}\n"));
  }

  private static long heldOut() {
    return SumPrompts.lines(true).lines().count();
  }
}
