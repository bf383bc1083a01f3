package io.grpostream.policy.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lengths that are drawn instead of sampled. */
class SamplingSettingsTest {
  private static final SamplingSettings FREE =
      new SamplingSettings(8, 64, 1, false, 0, 1, 0, 1, List.of(2), List.of("end"), 7);

  @Test
  void drawnLengthsCoverTheRangeEvenly() {
    SamplingSettings drawn = FREE.withLengthsFrom(61);
    int[] counts = new int[4];
    for (int n = 0; n < 1000; n++) {
      for (int i = 0; i < 8; i++) {
        counts[drawn.limit(n, i) - 61]++;
      }
    }
    for (int count : counts) {
      assertEquals(2000, count, 150);
    }
  }

  @Test
  void nothingElseEndsThem() {
    SamplingSettings drawn = FREE.withLengthsFrom(64);
    assertEquals(List.of(), drawn.stopTokenIds());
    assertEquals(List.of(), drawn.stopStrings());
  }

  @Test
  void otherwiseTheLimitIsTheSameForAll() {
    assertEquals(1, IntStream.range(0, 100).map(n -> FREE.limit(n, 3)).distinct().count());
    assertEquals(64, FREE.limit(1, 1));
  }
}
