package io.grpostream.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Single values between text and Java: numbers, words, paths, durations such as {@code 10s}. */
final class Scalars {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|min|m|h|d)");
  private static final String INFINITY = ".inf";

  private static final Map<Class<?>, Function<String, Object>> PARSERS =
      Map.ofEntries(
          Map.entry(String.class, text -> text),
          Map.entry(Path.class, Scalars::path),
          Map.entry(int.class, Scalars::wholeInt),
          Map.entry(Integer.class, Scalars::wholeInt),
          Map.entry(long.class, Scalars::wholeLong),
          Map.entry(Long.class, Scalars::wholeLong),
          Map.entry(double.class, Scalars::number),
          Map.entry(boolean.class, Scalars::truth),
          Map.entry(Duration.class, Scalars::duration),
          Map.entry(StartOffset.class, StartOffset::parse),
          Map.entry(DeviceChoice.class, DeviceChoice::parse));

  private Scalars() {}

  static boolean isScalar(Class<?> type) {
    return type.isEnum() || PARSERS.containsKey(type);
  }

  /**
   * The value that a text stands for.
   *
   * @throws IllegalArgumentException whose message is the broken rule as a clause
   */
  static Object parse(Class<?> type, String text) {
    Function<String, Object> parser = PARSERS.get(type);
    return parser != null ? parser.apply(text) : constant(type, text);
  }

  /** The text that {@link #parse} reads back as the same value. */
  static String text(@Nullable Object value) {
    if (value instanceof Double number) {
      return numberText(number);
    }
    if (value instanceof Duration duration) {
      return durationText(duration);
    }
    return value instanceof Enum<?> constant ? word(constant) : String.valueOf(value);
  }

  /** How an enum constant is written: TRL's and Kafka's own lower case, {@code dr_grpo}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Object constant(Class<?> type, String text) {
    List<Object> constants = Arrays.asList(type.getEnumConstants());
    String wanted = text.replace('-', '_');
    return constants.stream()
        .filter(constant -> word((Enum<?>) constant).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    constants.stream()
                        .map(constant -> word((Enum<?>) constant))
                        .collect(Collectors.joining(", ", "it must be one of ", ""))));
  }

  private static Object path(String text) {
    try {
      if (!text.isBlank()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("it must be a path: " + e.getReason(), e);
    }
    throw new IllegalArgumentException("it must be a path");
  }

  private static Object wholeInt(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "it must be a whole number within " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE, e);
    }
  }

  private static Object wholeLong(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it must be a whole number of at most 64 bits", e);
    }
  }

  private static Object number(String text) {
    if (text.equals(INFINITY)) {
      return Double.POSITIVE_INFINITY;
    }
    // Java also reads 1f, 0x1p3 and NaN as doubles, which YAML's readers do not expect here.
    if (!text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      throw new IllegalArgumentException("it must be a number");
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException("it must be a number that fits in 64 bits");
    }
    return value;
  }

  private static String numberText(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? INFINITY : "-" + INFINITY;
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }

  private static Object truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it must be true or false");
    };
  }

  private static Object duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "it must be a duration: a whole number and ms, s, min, h or d, such as 10s");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> Duration.ofMinutes(count);
    };
  }

  private static String durationText(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
