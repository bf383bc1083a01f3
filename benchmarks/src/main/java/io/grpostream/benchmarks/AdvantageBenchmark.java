package io.grpostream.benchmarks;

import io.grpostream.policy.objective.Advantages;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A group's rewards made into advantages. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdvantageBenchmark {
  /** G. */
  @Param({"8", "64"})
  private int group;

  private double[] rewards = {};

  /** Rewards of 0 and 1, as verifiable tasks give them. */
  @Setup
  public void draw() {
    rewards = new Random(group).ints(group, 0, 2).asDoubleStream().toArray();
  }

  /** One group. */
  @Benchmark
  public Advantages.Result group() {
    return Advantages.of(rewards);
  }
}
