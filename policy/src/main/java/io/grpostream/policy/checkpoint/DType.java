package io.grpostream.policy.checkpoint;

/**
 * The number formats a checkpoint may hold, with their safetensors name, size and torch's scalar
 * type number.
 */
public enum DType {
  F32("F32", 4, 6),
  F16("F16", 2, 5),
  BF16("BF16", 2, 15),
  I64("I64", 8, 4),
  I32("I32", 4, 3);

  private final String safetensorsName;
  private final int bytes;
  private final int torchScalarType;

  DType(String safetensorsName, int bytes, int torchScalarType) {
    this.safetensorsName = safetensorsName;
    this.bytes = bytes;
    this.torchScalarType = torchScalarType;
  }

  public String safetensorsName() {
    return safetensorsName;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** The number that TorchScript's {@code torch.to(x, dtype)} takes. */
  public int torchScalarType() {
    return torchScalarType;
  }
}
