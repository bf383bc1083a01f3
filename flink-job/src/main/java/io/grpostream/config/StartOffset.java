package io.grpostream.config;

/**
 * Where in the prompts topic a run begins.
 *
 * @param offset the first record's offset, or {@link #EARLIEST}'s −1
 */
public record StartOffset(long offset) {
  /** The oldest record that the topic still has. */
  public static final StartOffset EARLIEST = new StartOffset(-1);

  static StartOffset parse(String text) {
    if (text.equals("earliest")) {
      return EARLIEST;
    }
    if (!text.matches("\\d{1,18}")) {
      throw new IllegalArgumentException("it must be earliest or an offset (0, 1, 2, …)");
    }
    return new StartOffset(Long.parseLong(text));
  }

  @Override
  public String toString() {
    return offset < 0 ? "earliest" : Long.toString(offset);
  }
}
