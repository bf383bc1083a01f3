package io.grpostream.policy.template;

import java.util.Iterator;

/**
 * What the lazy filters ({@code map}, {@code select}, …) give: always true, without a length, and
 * empty after it was walked once, as in Python.
 */
final class Generator {
  /**
   * Lazy filters that may stand one upon the other: each deepens the stack when items are asked.
   */
  private static final int MAX_STACKED = 100;

  private final String typeName;
  private final Iterator<Object> items;
  private final int stacked;

  private Generator(String typeName, Iterator<Object> items, int stacked) {
    if (stacked > MAX_STACKED) {
      throw new Fault("lazy filters are stacked deeper than " + MAX_STACKED + " levels");
    }
    this.typeName = typeName;
    this.items = items;
    this.stacked = stacked;
  }

  /** A generator over items that are all there already. */
  static Generator of(String typeName, Iterator<Object> items) {
    return new Generator(typeName, items, 0);
  }

  /** A generator that takes its items from the source as they are asked for. */
  static Generator over(Object source, Iterator<Object> items) {
    int below = source instanceof Generator generator ? generator.stacked : 0;
    return new Generator("generator", items, below + 1);
  }

  String typeName() {
    return typeName;
  }

  Iterator<Object> items() {
    return items;
  }
}
