package io.grpostream.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Where the labels at the lines' ends stand, so that none covers another. */
final class EndLabels {
  private EndLabels() {}

  /**
   * Moves labels apart as little as keeps their order.
   *
   * @param wanted where each would stand by itself
   * @param height least distance between two
   * @param top none stands above this, unless there is no room for all
   * @param bottom none stands below this
   */
  static double[] place(double[] wanted, double height, double top, double bottom) {
    int[] downwards =
        IntStream.range(0, wanted.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> wanted[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] placed = Arrays.copyOf(wanted, wanted.length);
    double least = top;
    for (int i : downwards) {
      placed[i] = Math.max(wanted[i], least);
      least = placed[i] + height;
    }
    double most = bottom;
    for (int k = downwards.length - 1; k >= 0; k--) {
      int i = downwards[k];
      placed[i] = Math.min(placed[i], most);
      most = placed[i] - height;
    }
    return placed;
  }
}
