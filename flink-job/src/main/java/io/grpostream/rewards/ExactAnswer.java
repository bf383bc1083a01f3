package io.grpostream.rewards;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * {@code exact-answer}: 1 if the completion is the prompt's {@code answer} and nothing else, 0 if
 * not. A prompt without {@code answer} is unscorable.
 *
 * <p>Options: {@code trim} (true) leaves white space at both ends out of the comparison; {@code
 * ignore-case} (false); {@code require-finished} (true) gives 0 to a completion cut off at the
 * length limit, since the model had not said that this was all.
 */
public final class ExactAnswer implements RewardFunctionFactory {
  /** Called by {@link java.util.ServiceLoader}. */
  public ExactAnswer() {}

  @Override
  public String name() {
    return "exact-answer";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    RewardOptions read = new RewardOptions(options);
    boolean trim = read.flag("trim", true);
    boolean ignoreCase = read.flag("ignore-case", false);
    boolean requireFinished = read.flag("require-finished", true);
    read.check();
    return input -> {
      String answer = input.fields().get("answer");
      if (answer == null) {
        return OptionalDouble.empty();
      }
      boolean right =
          comparable(input.completion(), trim, ignoreCase)
              .equals(comparable(answer, trim, ignoreCase));
      return OptionalDouble.of(right && !(requireFinished && input.truncated()) ? 1.0 : 0.0);
    };
  }

  private static String comparable(String text, boolean trim, boolean ignoreCase) {
    String trimmed = trim ? text.strip() : text;
    return ignoreCase ? trimmed.toLowerCase(Locale.ROOT) : trimmed;
  }
}
