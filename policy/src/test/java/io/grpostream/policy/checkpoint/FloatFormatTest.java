package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounding to bf16 and fp16; the fp16 numbers are Python's {@code struct.pack("e")}. */
class FloatFormatTest {
  @ParameterizedTest
  @CsvSource({
    "0.1, 2e66",
    "-0.1, ae66",
    "0.33333334, 3555",
    "65504, 7bff",
    "65519.99, 7bff",
    "65520, 7c00",
    "-1e10, fc00",
    "1e-7, 2",
    "5.96e-8, 1",
    "2.9802322e-8, 0",
    "2.99e-8, 1",
    "6.0975e-5, 3ff",
    "6.1033e-5, 400",
    "2049, 6800",
    "2051, 6802",
    "1.0004883, 3c00",
    "1.0014648, 3c02",
    "-0.0, 8000"
  })
  void halvesAreNearestTiesToEven(float value, String bits) {
    assertEquals(bits, Integer.toHexString(FloatFormat.toF16(value) & 0xffff));
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 3f80",
    "0.1, 3dcd",
    "1.00390625, 3f80", // half-way, down to even
    "1.01171875, 3f82", // half-way, up to even
    "1.0039064, 3f81", // just above half-way
    "3.4028235e38, 7f80",
    "-0.0, 8000",
    "1e-40, 1"
  })
  void brainFloatsAreNearestTiesToEven(float value, String bits) {
    assertEquals(bits, Integer.toHexString(FloatFormat.toBf16(value) & 0xffff));
  }

  @Test
  void everyShortValueSurvivesTheWayThroughFp32() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      short value = (short) bits;
      float half = FloatFormat.fromF16(value);
      float brain = FloatFormat.fromBf16(value);
      if (Float.isNaN(half)) {
        assertTrue(Float.isNaN(FloatFormat.fromF16(FloatFormat.toF16(half))));
      } else {
        assertEquals(value, FloatFormat.toF16(half));
      }
      if (Float.isNaN(brain)) {
        assertTrue(Float.isNaN(FloatFormat.fromBf16(FloatFormat.toBf16(brain))));
      } else {
        assertEquals(value, FloatFormat.toBf16(brain));
      }
    }
  }

  @Test
  void halvesHaveTheValuesOfIeee754() {
    assertEquals(0x1p-24f, FloatFormat.fromF16((short) 1));
    assertEquals(0x1p-14f, FloatFormat.fromF16((short) 0x400));
    assertEquals(1.5f, FloatFormat.fromF16((short) 0x3e00));
    assertEquals(-65504f, FloatFormat.fromF16((short) 0xfbff));
    assertEquals(Float.NEGATIVE_INFINITY, FloatFormat.fromF16((short) 0xfc00));
  }
}
