package io.grpostream.policy.engine;

import java.io.Serializable;

/**
 * What a thread computes with.
 *
 * @param threads OpenMP threads of its team
 * @param precision what matrices are multiplied in
 */
public record Compute(int threads, Precision precision) implements Serializable {
  /** In fp32. */
  public static Compute fp32(int threads) {
    return new Compute(threads, Precision.FP32);
  }
}
