package io.grpostream.policy.checkpoint;

/**
 * The float formats of checkpoints, to and from fp32. Towards the shorter format a value becomes
 * the nearest one, ties to even (IEEE 754's default, as torch does); too large becomes infinite;
 * NaN stays NaN.
 */
final class FloatFormat {
  private static final int F32_INFINITY = 0x7f800000;
  private static final int F16_INFINITY = 0x7c00;
  // 65520, half-way between fp16's largest finite value and the next power of two.
  private static final int ROUNDS_TO_F16_INFINITY = 0x477ff000;
  private static final int SMALLEST_NORMAL_F16 = 0x38800000;
  private static final int F16_EXPONENT_SHIFT = (127 - 15) << 23;

  private FloatFormat() {}

  /** True if the dtype is F32, F16 or BF16. */
  static boolean isFloat(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16 -> true;
      case I64, I32 -> false;
    };
  }

  /** bf16 is the upper half of fp32. */
  static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  static float fromF16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponentAndFraction = bits & 0x7fff;
    if (exponentAndFraction >= F16_INFINITY) {
      int fraction = (exponentAndFraction - F16_INFINITY) << 13;
      return Float.intBitsToFloat(sign | F32_INFINITY | fraction);
    }
    if (exponentAndFraction < 0x400) {
      float subnormal = exponentAndFraction * 0x1p-24f;
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(subnormal));
    }
    return Float.intBitsToFloat(sign | ((exponentAndFraction << 13) + F16_EXPONENT_SHIFT));
  }

  static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > F32_INFINITY) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= ROUNDS_TO_F16_INFINITY) {
      return (short) (sign | F16_INFINITY);
    }
    if (magnitude < SMALLEST_NORMAL_F16) {
      // Exact in double, so that rint rounds once.
      return (short) (sign | (int) Math.rint(Math.abs((double) value) * 0x1p24));
    }
    int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | (rounded - F16_EXPONENT_SHIFT) >>> 13);
  }
}
