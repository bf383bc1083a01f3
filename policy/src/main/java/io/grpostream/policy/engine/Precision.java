package io.grpostream.policy.engine;

/**
 * What the layers' matrices are multiplied in. Everything else (attention, softmax, norms, the head
 * and log-probs, master weights, gradients' sums, the optimizer) is fp32 in either case.
 */
public enum Precision {
  /** 32 bits. */
  FP32(6),
  /** bfloat16: weights and inputs rounded to 8 bits of mantissa, sums in fp32. */
  BF16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** libtorch's number for it. */
  int scalarType() {
    return scalarType;
  }
}
