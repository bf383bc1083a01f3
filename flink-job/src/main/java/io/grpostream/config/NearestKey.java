package io.grpostream.config;

import java.util.Comparator;
import java.util.List;

/** Finds the key that a misspelt one probably means. */
final class NearestKey {
  private NearestKey() {}

  /**
   * The nearest of the known dotted keys: first by its last part, wherever that stands, and then by
   * the whole.
   */
  static String of(String unknown, List<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(key -> distance(last(unknown), last(key)))
                .thenComparingInt(key -> distance(unknown, key)))
        .orElseThrow();
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance: insertions, deletions and replacements between two words. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
