package io.grpostream.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The prompts of {@code conf/smollm2.yaml}: sums a + b of numbers from 1 to 49, as messages. The
 * pairs with (7a + 3b) mod 11 = 0, and only they, are held out.
 */
public final class SumPrompts {
  private static final int LARGEST = 49;

  private SumPrompts() {}

  /** Writes {@code sums-train.jsonl} and {@code sums-heldout.jsonl} into the given folder. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Files.writeString(folder.resolve("sums-train.jsonl"), lines(false), StandardCharsets.UTF_8);
    Files.writeString(folder.resolve("sums-heldout.jsonl"), lines(true), StandardCharsets.UTF_8);
  }

  /** One prompt a line, by a and then b. */
  static String lines(boolean heldOut) {
    return pairs()
        .filter(pair -> ((7 * pair[0] + 3 * pair[1]) % 11 == 0) == heldOut)
        .map(pair -> line(pair[0], pair[1]))
        .collect(Collectors.joining());
  }

  private static Stream<int[]> pairs() {
    return IntStream.rangeClosed(1, LARGEST)
        .boxed()
        .flatMap(a -> IntStream.rangeClosed(1, LARGEST).mapToObj(b -> new int[] {a, b}));
  }

  private static String line(int a, int b) {
    return String.format(
        "{\"messages\":[{\"role\":\"user\",\"content\":\"What is %d + %d? Answer with the number"
            + " only.\"}],\"answer\":\"%d\"}\n",
        a, b, a + b);
  }
}
