package io.grpostream.kafka;

import io.grpostream.policy.sampling.CounterRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * In which order a file's prompts are taken, epoch after epoch without end.
 *
 * @param seed decides each epoch's permutation; without one, every epoch is in the file's order
 */
public record PromptOrder(@Nullable Long seed) {
  /**
   * Tells these random numbers from those that sample tokens, whose last coordinate is never
   * negative, and from those that shuffle rewards, which have −1.
   */
  private static final long SHUFFLE = -2;

  public static PromptOrder asInFile() {
    return new PromptOrder(null);
  }

  public static PromptOrder shuffled(long seed) {
    return new PromptOrder(seed);
  }

  /**
   * The places 0 to size − 1 in the order of an epoch: a permutation drawn by Fisher and Yates's
   * method from (seed, epoch).
   */
  int[] epoch(long epoch, int size) {
    int[] places = IntStream.range(0, size).toArray();
    if (seed != null) {
      for (int last = size - 1; last > 0; last--) {
        long bits = CounterRandom.bits(seed, epoch, last, SHUFFLE);
        int other = (int) Long.remainderUnsigned(bits, last + 1L);
        int place = places[last];
        places[last] = places[other];
        places[other] = place;
      }
    }
    return places;
  }
}
