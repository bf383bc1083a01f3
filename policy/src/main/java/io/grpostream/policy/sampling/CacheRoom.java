package io.grpostream.policy.sampling;

/**
 * How many tokens of each completion the cache of keys and values has room for: 64 at first, and
 * twice as many whenever it is full, up to the longest completion's limit.
 */
public final class CacheRoom {
  private static final int FIRST = 64;

  private CacheRoom() {}

  /**
   * The room that decoding begins with, in tokens.
   *
   * @param limit tokens of the longest completion
   */
  public static int first(int limit) {
    return Math.min(FIRST, limit);
  }

  /** The room after one that is full; not more than the limit. */
  public static int next(int room, int limit) {
    return Math.min(2 * room, limit);
  }
}
