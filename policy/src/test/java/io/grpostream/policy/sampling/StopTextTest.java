package io.grpostream.policy.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.Golden;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stop strings are found where the whole text would show them first, token by token. */
class StopTextTest {
  @Test
  void findsWhatTheWholeTextHolds() {
    List<String> strings = List.of("ab", "学", "\uFFFD\n", " 12", "is answer", "🙂");
    Random random = new Random(5);
    int found = 0;
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(Golden.shipped().resolve("llama"))) {
      TextDecoder decoder = ids -> tokenizer.decode(ids, true);
      int[] said = tokenizer.encode("this answer 数学 is 12 a\nb 🙂", false);
      for (int round = 0; round < 300; round++) {
        int[] ids = random.ints(30, 3, 320).toArray();
        if (round % 2 == 0) {
          System.arraycopy(said, 0, ids, random.nextInt(10), Math.min(20, said.length));
        }
        List<String> some = strings.subList(round % 5, round % 5 + 1 + round % 2);
        int expected = firstByTheWhole(ids, some, decoder);
        assertEquals(expected, first(ids, some, decoder), some + " in " + Arrays.toString(ids));
        found += expected < ids.length ? 1 : 0;
      }
    }
    assertTrue(found > 30 && found < 270, found + " were found");
  }

  @Test
  void aTokenDecodesOnlyItsNeighbours() {
    int[] longest = {0};
    TextDecoder counting =
        ids -> {
          longest[0] = Math.max(longest[0], ids.length);
          return "x".repeat(ids.length);
        };
    StopText text = new StopText(List.of("never"), counting);
    for (int t = 0; t < 1000; t++) {
      text.add(t);
    }
    assertTrue(longest[0] <= 3, "decoded " + longest[0] + " tokens at a time");
  }

  private static int first(int[] ids, List<String> strings, TextDecoder decoder) {
    StopText text = new StopText(strings, decoder);
    int t = 0;
    while (t < ids.length && !text.add(ids[t])) {
      t++;
    }
    return t;
  }

  private static int firstByTheWhole(int[] ids, List<String> strings, TextDecoder decoder) {
    int t = 0;
    while (t < ids.length
        && strings.stream().noneMatch(decoder.decode(Arrays.copyOf(ids, t + 1))::contains)) {
      t++;
    }
    return t;
  }
}
