package io.grpostream.rewards;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reward function's options and collects everything that is wrong with them, so that a user
 * sees all of it at once. Read every option, then call {@link #check()}; until then a wrong or
 * missing value reads as the default or, without one, as a harmless stand-in.
 */
public final class RewardOptions {
  private final Map<String, String> values;
  private final Set<String> known = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  public RewardOptions(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean defaultValue) {
    return oneOf(name, String.valueOf(defaultValue), "true", "false").equals("true");
  }

  /** One of a few words. */
  public String oneOf(String name, String defaultValue, String... allowed) {
    String value = value(name);
    if (value == null || Arrays.asList(allowed).contains(value)) {
      return value == null ? defaultValue : value;
    }
    problem(name, value, "it must be " + String.join(" or ", allowed));
    return defaultValue;
  }

  /** A finite number. */
  public double number(String name, double defaultValue) {
    String value = value(name);
    if (value == null) {
      return defaultValue;
    }
    try {
      double number = Double.parseDouble(value);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is not finite.
    }
    problem(name, value, "it must be a finite number");
    return defaultValue;
  }

  /** A whole number of at least {@code least}; there is no default, it must be given. */
  public int requiredCount(String name, int least) {
    String value = requiredText(name);
    if (value.isEmpty()) {
      return least;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is too small.
    }
    problem(name, value, "it must be a whole number of at least " + least);
    return least;
  }

  /** Any text but the empty one; there is no default, it must be given. */
  public String requiredText(String name) {
    String value = value(name);
    if (value == null || value.isEmpty()) {
      problems.add("option " + name + " is missing; give it a value");
      return "";
    }
    return value;
  }

  /** Adds a rule of the caller's own: the option has this value, and here is what it must be. */
  public void problem(String name, Object value, String rule) {
    problems.add("option " + name + " is " + value + "; " + rule);
  }

  /** Nothing has been found wrong so far. */
  public boolean valid() {
    return problems.isEmpty();
  }

  /**
   * Ends the reading.
   *
   * @throws IllegalArgumentException with one line for each wrong value and each option that was
   *     given but never read
   */
  public void check() {
    for (String name : new TreeSet<>(values.keySet())) {
      if (!known.contains(name)) {
        problems.add("option " + name + " is unknown; " + knownOptions());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private String knownOptions() {
    return known.isEmpty() ? "it takes none" : "it takes " + String.join(", ", known);
  }

  private @Nullable String value(String name) {
    known.add(name);
    return values.get(name);
  }
}
