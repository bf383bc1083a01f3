package io.grpostream.rewards;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code regular-expression}: {@code value} if the completion matches, 0 if not.
 *
 * <p>Options: {@code pattern}, a {@link Pattern}, required; {@code match} (find), {@code find} for
 * a match anywhere or {@code full} for one of the whole text; {@code value} (1).
 *
 * <p>Some patterns take time exponential in the text's length, and the text is the model's. A match
 * that has read {@value #MAX_READS} characters, or runs out of stack, therefore fails: the
 * completion is unscorable. The bound counts reads, not seconds, because time must not decide
 * rewards.
 */
public final class RegularExpression implements RewardFunctionFactory {
  static final int MAX_READS = 1_000_000;

  /** Called by {@link java.util.ServiceLoader}. */
  public RegularExpression() {}

  @Override
  public String name() {
    return "regular-expression";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    RewardOptions read = new RewardOptions(options);
    Pattern pattern = pattern(read);
    boolean full = read.oneOf("match", "find", "find", "full").equals("full");
    double value = read.number("value", 1.0);
    read.check();
    return input -> {
      Matcher matcher = pattern.matcher(new BoundedText(input.completion()));
      return OptionalDouble.of((full ? matcher.matches() : matcher.find()) ? value : 0.0);
    };
  }

  private static Pattern pattern(RewardOptions read) {
    String pattern = read.requiredText("pattern");
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      read.problem(
          "pattern",
          pattern,
          "it must be a regular expression of java.util.regex: "
              + e.getDescription()
              + " near index "
              + e.getIndex());
      return Pattern.compile("");
    }
  }

  /** A text that can be read only so often; one per match. */
  private static final class BoundedText implements CharSequence {
    private final String text;
    private int reads;

    BoundedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads > MAX_READS) {
        throw new IllegalStateException(
            "the pattern gave up on a text of "
                + text.length()
                + " characters after reading "
                + MAX_READS
                + "; it backtracks too much");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
