package io.grpostream.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * One thing wrong with a configuration, in words that let its author mend it.
 *
 * @param key the dotted key
 * @param value what it is, or {@code missing}
 * @param rule the rule it breaks, as a clause: "it must be at least 2"
 * @param remedy what to do, as a clause
 * @param others further keys that the rule compares it with
 */
public record ConfigError(
    String key, String value, String rule, String remedy, List<String> others) {
  public ConfigError {
    others = List.copyOf(others);
  }

  public ConfigError(String key, String value, String rule, String remedy) {
    this(key, value, rule, remedy, List.of());
  }

  /** The same error seen from the section around it, whose keys begin with {@code prefix}. */
  ConfigError within(String prefix) {
    return new ConfigError(
        prefix + key, value, rule, remedy, others.stream().map(other -> prefix + other).toList());
  }

  /** Every key the rule looks at. */
  Stream<String> involved() {
    return Stream.concat(Stream.of(key), others.stream());
  }

  @Override
  public String toString() {
    return key + " is " + value + "; " + rule + "; " + remedy;
  }
}
