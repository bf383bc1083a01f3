package io.grpostream.rewards;

import java.util.Map;

/** Makes one kind of reward function; found by {@link java.util.ServiceLoader}. */
public interface RewardFunctionFactory {
  /** The name that {@code rewards.functions[].name} uses, such as {@code exact-answer}. */
  String name();

  /**
   * Makes one from its options.
   *
   * @throws IllegalArgumentException naming option, value and rule if an option is unknown or out
   *     of range
   */
  RewardFunction create(Map<String, String> options);
}
