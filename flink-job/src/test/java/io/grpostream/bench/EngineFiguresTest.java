package io.grpostream.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EngineFiguresTest {
  private static final double EXACT = 1e-9;

  @Test
  void memoryGrowsFromTheTenthStepToTheLast() {
    assertEquals(0, figures(1).growthPercent(), EXACT);
    assertEquals(0, figures(10).growthPercent(), EXACT);
    // 1,100 MB after step 10, 1,200 MB after step 20.
    assertEquals(100.0 / 11, figures(20).growthPercent(), EXACT);
    assertEquals(1200, figures(20).peakResidentMegabytes(), EXACT);
  }

  @Test
  void timesAreMedians() {
    EngineFigures figures = figures(5);
    assertEquals(3, figures.stepSeconds(), EXACT);
    assertEquals(1, figures.sampleSeconds(), EXACT);
    assertEquals(2, figures.updateSeconds(), EXACT);
  }

  @Test
  void twoMeasurementsCountAsOne() {
    // 1, 2 and 1, 2, 3, 4 seconds.
    EngineFigures figures = figures(2).and(figures(4));
    assertEquals(13.0 / 6, figures.meanStepSeconds(), EXACT);
    assertEquals(2, figures.stepSeconds(), EXACT);
  }

  /** Step n takes n seconds, a third of it sampling, and ends with 1,000 + 10 n MB. */
  private static EngineFigures figures(int steps) {
    return new EngineFigures(
        IntStream.rangeClosed(1, steps)
            .mapToObj(n -> new EngineBench.Step(n, n / 3.0, 2 * n / 3.0, 100, 1000 + 10 * n))
            .toList(),
        8,
        1);
  }
}
