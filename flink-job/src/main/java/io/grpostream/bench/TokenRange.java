package io.grpostream.bench;

/**
 * How many tokens completions have.
 *
 * @param least at least this many
 * @param most at most this many
 */
public record TokenRange(int least, int most) {
  public TokenRange {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          "a range of tokens is N or MIN-MAX, with at least 1, not " + text(least, most));
    }
  }

  /**
   * Reads {@code 64} or {@code 8-64}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static TokenRange parse(String text) {
    int dash = text.indexOf('-', 1);
    try {
      int least = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
      return new TokenRange(least, dash < 0 ? least : Integer.parseInt(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it must be N or MIN-MAX, such as 64 or 8-64", e);
    }
  }

  @Override
  public String toString() {
    return text(least, most);
  }

  private static String text(int least, int most) {
    return least == most ? Integer.toString(least) : least + "-" + most;
  }
}
