package io.grpostream.rewards;

import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A reward function that fails in the way its option {@code how} names. */
public final class MisbehavingReward implements RewardFunctionFactory {
  /** Called by {@link java.util.ServiceLoader}. */
  public MisbehavingReward() {}

  @Override
  public String name() {
    return "misbehaving";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    String how = options.getOrDefault("how", "");
    if (how.equals("refuse")) {
      throw new NullPointerException();
    }
    return input ->
        switch (how) {
          case "throw" -> throw new IllegalStateException("no");
          case "recurse" -> OptionalDouble.of(depth(input.tokens()));
          case "link" -> throw new NoClassDefFoundError("com/example/Missing");
          case "NaN" -> OptionalDouble.of(Double.NaN);
          default -> nothing();
        };
  }

  @SuppressWarnings("InfiniteRecursion") // What it is for.
  private static double depth(double value) {
    return 1 + depth(value + 1) / 2;
  }

  @SuppressWarnings("NullAway") // What a plug-in compiled without null checks may return.
  private static OptionalDouble nothing() {
    @Nullable OptionalDouble nothing = null;
    return nothing;
  }
}
