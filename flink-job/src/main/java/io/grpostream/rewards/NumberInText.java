package io.grpostream.rewards;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code number-in-text}: 1 if the first or last number in the completion equals the prompt's
 * {@code answer}, 0 if it does not or there is none. A prompt whose {@code answer} is missing or
 * not one number is unscorable.
 *
 * <p>A number is ASCII digits, with commas between thousands ({@code 1,234}) and a decimal part
 * ({@code 0.5}, {@code .5}) if they are there; a minus or plus directly before it belongs to it
 * unless a letter or digit stands before the sign, so {@code 12-5} holds 12 and 5. Numbers are
 * compared by value: 7, 07 and 7.0 are equal.
 *
 * <p>Options: {@code which} (last), first or last; {@code require-finished} (false) gives 0 to a
 * completion cut off at the length limit.
 */
public final class NumberInText implements RewardFunctionFactory {
  // Possessive quantifiers throughout: no backtracking and no recursion, however long the text.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?:(?<![\\p{L}\\p{N}])[-+\u2212])?+"
              + "(?:(?:[0-9]{1,3}+(?:,[0-9]{3}+)++(?![0-9])|[0-9]++)(?:\\.[0-9]++)?+"
              + "|(?<![\\p{L}\\p{N}])\\.[0-9]++)");

  /** Longer numbers equal nothing: parsing takes time quadratic in their length. */
  private static final int MAX_CHARS = 1000;

  /** Called by {@link java.util.ServiceLoader}. */
  public NumberInText() {}

  @Override
  public String name() {
    return "number-in-text";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    RewardOptions read = new RewardOptions(options);
    boolean first = read.oneOf("which", "last", "first", "last").equals("first");
    boolean requireFinished = read.flag("require-finished", false);
    read.check();
    return input -> {
      BigDecimal answer = whole(input.fields().get("answer"));
      if (answer == null) {
        return OptionalDouble.empty();
      }
      BigDecimal found = find(input.completion(), first);
      boolean right = found != null && found.compareTo(answer) == 0;
      return OptionalDouble.of(right && !(requireFinished && input.truncated()) ? 1.0 : 0.0);
    };
  }

  /** The first or last number in the text; null if there is none. */
  static @Nullable BigDecimal find(String text, boolean first) {
    Matcher matcher = NUMBER.matcher(text);
    String found = null;
    while (matcher.find()) {
      found = matcher.group();
      if (first) {
        break;
      }
    }
    return found == null ? null : parse(found);
  }

  private static @Nullable BigDecimal whole(@Nullable String answer) {
    if (answer == null) {
      return null;
    }
    String number = answer.strip();
    return NUMBER.matcher(number).matches() ? parse(number) : null;
  }

  private static @Nullable BigDecimal parse(String number) {
    return number.length() > MAX_CHARS
        ? null
        : new BigDecimal(number.replace(",", "").replace('\u2212', '-'));
  }
}
