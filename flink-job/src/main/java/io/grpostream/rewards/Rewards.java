package io.grpostream.rewards;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.objective.RewardCombination;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The reward functions of a run, in the order of the configuration. Immutable, and safe to call
 * from several threads at once, as every {@link RewardFunction} has to be.
 */
public final class Rewards {
  private final List<Configured> functions;
  private final double[] weights;

  /**
   * One entry of {@code rewards.functions}.
   *
   * @param name the factory's name
   * @param weight its part in the weighted sum; finite, may be negative or 0
   * @param options what its factory gets
   */
  public record Spec(String name, double weight, Map<String, String> options)
      implements Serializable {
    public Spec {
      options = Map.copyOf(options);
    }
  }

  /** Hears of each completion that a function failed on, from the thread that scored it. */
  @FunctionalInterface
  public interface FailureListener {
    /**
     * The function threw, or gave something that is no finite number.
     *
     * @param index the function's place in {@link #names()}
     */
    void failed(int index, Throwable cause);
  }

  private record Configured(Spec spec, RewardFunction function) {}

  private Rewards(List<Configured> functions) {
    this.functions = List.copyOf(functions);
    this.weights = functions.stream().mapToDouble(each -> each.spec().weight()).toArray();
  }

  /**
   * Makes the configured functions, with factories found by {@link ServiceLoader} through the
   * thread's context class loader.
   *
   * @throws UserErrorException one line for each thing that is wrong in any of the specs
   */
  public static Rewards of(List<Spec> specs) {
    List<String> problems = new ArrayList<>();
    Map<String, RewardFunctionFactory> factories = factories();
    List<Configured> functions = new ArrayList<>();
    if (specs.isEmpty()) {
      problems.add("rewards.functions is empty; name at least one of " + names(factories));
    }
    for (int i = 0; i < specs.size(); i++) {
      Spec spec = specs.get(i);
      String key = "rewards.functions[" + i + "]";
      if (!Double.isFinite(spec.weight())) {
        problems.add(key + ".weight is " + spec.weight() + "; it must be a finite number");
      }
      RewardFunctionFactory factory = factories.get(spec.name());
      if (factory == null) {
        problems.add(key + ".name is " + spec.name() + "; it must be one of " + names(factories));
        continue;
      }
      RewardFunction function = create(factory, spec, key, problems);
      if (function != null) {
        functions.add(new Configured(spec, function));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserErrorException(String.join("\n", problems));
    }
    return new Rewards(functions);
  }

  /** The functions' names, in order; a name stands twice if it is configured twice. */
  public List<String> names() {
    return functions.stream().map(each -> each.spec().name()).toList();
  }

  /**
   * Scores one completion. Never throws because of a function: one that fails leaves its completion
   * unscorable and tells the listener.
   *
   * @return one number per function, in order; NaN where unscorable
   */
  public double[] score(RewardFunction.Input input, FailureListener failures) {
    double[] scores = new double[functions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(i, input, failures);
    }
    return scores;
  }

  /**
   * One number from a completion's scores: their weighted sum, as {@link RewardCombination} has it.
   *
   * @param scores as {@link #score} gave them
   * @return NaN if every function called the completion unscorable
   */
  public double combine(double[] scores) {
    return RewardCombination.of(weights, scores);
  }

  // LinkageError: a plug-in's jar lacks a class. StackOverflowError: a recursion over a long text.
  private double score(int index, RewardFunction.Input input, FailureListener failures) {
    Throwable failure;
    try {
      OptionalDouble score = functions.get(index).function().score(input);
      if (score.isEmpty()) {
        return Double.NaN;
      }
      if (Double.isFinite(score.getAsDouble())) {
        return score.getAsDouble();
      }
      failure =
          new ArithmeticException("the reward is " + score.getAsDouble() + ", not a finite number");
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      failure = e;
    }
    failures.failed(index, failure);
    return Double.NaN;
  }

  private static Map<String, RewardFunctionFactory> factories() {
    Map<String, RewardFunctionFactory> factories = new TreeMap<>();
    try {
      for (RewardFunctionFactory factory : ServiceLoader.load(RewardFunctionFactory.class)) {
        RewardFunctionFactory other = factories.putIfAbsent(factory.name(), factory);
        if (other != null) {
          throw new UserErrorException(
              "two reward functions are named "
                  + factory.name()
                  + ": "
                  + other.getClass().getName()
                  + " and "
                  + factory.getClass().getName()
                  + "; take one of their jars off the class path");
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new UserErrorException(
          "a reward function's jar is broken: " + e.getMessage() + "; mend or remove it", e);
    }
    return factories;
  }

  private static @Nullable RewardFunction create(
      RewardFunctionFactory factory, Spec spec, String key, List<String> problems) {
    try {
      return factory.create(spec.options());
    } catch (RuntimeException | LinkageError e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      message.lines().forEach(line -> problems.add(key + " (" + spec.name() + "): " + line));
      return null;
    }
  }

  private static String names(Map<String, RewardFunctionFactory> factories) {
    return String.join(", ", factories.keySet());
  }
}
