package io.grpostream.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rules that a configuration record checks in its constructor, so that all broken ones
 * are reported together.
 */
public final class Rules {
  private final List<ConfigError> errors = new ArrayList<>();

  /**
   * Requires a rule to hold.
   *
   * @param key the key's name within the record
   * @param value its value; an absent (null) one breaks no rule
   * @param holds whether the rule holds
   * @param rule the rule as a clause: "it must be at least 2"
   * @param remedy what to do about it
   * @param others names of further keys that the rule looks at
   */
  public Rules require(
      String key,
      @Nullable Object value,
      boolean holds,
      String rule,
      String remedy,
      String... others) {
    if (value != null && !holds) {
      errors.add(new ConfigError(key, Scalars.text(value), rule, remedy, Arrays.asList(others)));
    }
    return this;
  }

  /** Requires a number of at least {@code least}. */
  public Rules atLeast(String key, @Nullable Number value, double least, String remedy) {
    boolean holds = value != null && value.doubleValue() >= least;
    return require(key, value, holds, "it must be at least " + bound(least), remedy);
  }

  /** Requires a finite number above {@code bound}. */
  public Rules above(String key, double value, double bound, String remedy) {
    boolean holds = value > bound && Double.isFinite(value);
    return require(key, value, holds, "it must be a finite number above " + bound(bound), remedy);
  }

  /** Requires a finite number of at least 0. */
  public Rules finiteNotNegative(String key, double value, String remedy) {
    boolean holds = value >= 0 && Double.isFinite(value);
    return require(key, value, holds, "it must be a finite number of at least 0", remedy);
  }

  /**
   * Ends the checking.
   *
   * @throws InvalidSectionException with every broken rule, if there are any
   */
  public void check() {
    if (!errors.isEmpty()) {
      throw new InvalidSectionException(errors);
    }
  }

  private static String bound(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
