package io.grpostream.config;

import java.util.Map;
import java.util.TreeMap;

/** One entry of {@code rewards.functions}. */
public record RewardFunctionSection(
    @Key(
            means =
                "the function: exact-answer, number-in-text, regular-expression, length, or one of"
                    + " your own",
            decidesBits = true)
        String name,
    @Key(means = "times the function's reward", preset = "1.0", decidesBits = true) double weight,
    @Key(means = "the function's own settings", preset = "{}", decidesBits = true)
        Map<String, String> options) {
  public RewardFunctionSection {
    options = new TreeMap<>(options);
    new Rules()
        .require(
            "weight",
            weight,
            Double.isFinite(weight),
            "it must be a finite number",
            "1 is usual, a negative weight punishes")
        .check();
  }
}
