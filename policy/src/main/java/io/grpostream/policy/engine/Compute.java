package io.grpostream.policy.engine;

import java.io.Serializable;

/**
 * What a thread computes with.
 *
 * @param threads OpenMP threads of its team
 * @param precision what matrices are multiplied in
 * @param device where its tensors lie
 */
public record Compute(int threads, Precision precision, Device device) implements Serializable {
  /** On the CPU. */
  public Compute(int threads, Precision precision) {
    this(threads, precision, Device.CPU);
  }

  /** On the CPU, in fp32. */
  public static Compute fp32(int threads) {
    return new Compute(threads, Precision.FP32);
  }

  /** The same elsewhere. */
  public Compute on(Device elsewhere) {
    return new Compute(threads, precision, elsewhere);
  }
}
