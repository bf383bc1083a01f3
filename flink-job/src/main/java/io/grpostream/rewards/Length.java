package io.grpostream.rewards;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * {@code length}: a penalty for long completions. 0 up to {@code target} tokens, then falling on a
 * straight line to −1 at {@code max} tokens, and −1 beyond (Yu et al. 2025, "DAPO", equation 13:
 * soft overlong punishment).
 *
 * <p>Options, both required: {@code target}, a whole number of at least 0; {@code max}, above
 * {@code target}.
 */
public final class Length implements RewardFunctionFactory {
  /** Called by {@link java.util.ServiceLoader}. */
  public Length() {}

  @Override
  public String name() {
    return "length";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    RewardOptions read = new RewardOptions(options);
    int target = read.requiredCount("target", 0);
    int max = read.requiredCount("max", 1);
    if (read.valid() && max <= target) {
      read.problem("max", max, "it must be above target, which is " + target);
    }
    read.check();
    return input ->
        OptionalDouble.of(
            input.tokens() <= target
                ? 0.0
                : -Math.min(1.0, (input.tokens() - target) / (double) (max - target)));
  }
}
