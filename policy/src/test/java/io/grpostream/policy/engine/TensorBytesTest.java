package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TensorBytesTest {
  @BeforeAll
  static void enter() {
    Torch.enter(1);
  }

  @Test
  void anyPieceIsReadPassedOnAndWritten() throws IOException {
    float[] numbers = {1.5f, -2.25f, 3e9f, 4e-9f};
    ByteBuffer all = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    all.asFloatBuffer().put(numbers);
    try (NativeTensor tensor = NativeTensor.of(numbers, 2, 2);
        NativeTensor written = NativeTensor.zeros(2, 2)) {
      for (int offset = 0; offset < 16; offset++) {
        for (int length = 1; length <= 16 - offset; length++) {
          ByteBuffer piece = ByteBuffer.allocate(length);
          tensor.read(offset, piece);
          byte[] expected = Arrays.copyOfRange(all.array(), offset, offset + length);
          assertArrayEquals(expected, piece.array(), offset + " + " + length);
          byte[] passed = new byte[length];
          tensor.pass(
              offset,
              length,
              bytes -> {
                assertEquals(passed.length, bytes.remaining());
                bytes.get(passed);
              });
          assertArrayEquals(expected, passed, offset + " + " + length);
        }
        written.write(offset, all.slice(offset, 1));
      }
      assertArrayEquals(numbers, written.floats());
    }
  }

  /**
   * More than a buffer can count. Only pages that are written take memory, so this costs little.
   */
  @Test
  void tensorsBeyondTwoGibibytesAreReadAndWritten() {
    long rows = 3 << 14;
    long bytes = rows * (1 << 14) * Float.BYTES;
    try (NativeTensor large = NativeTensor.emptyOnCpu(rows, 1 << 14)) {
      for (long offset : new long[] {0, (1L << 30) - 6, (1L << 31) - 5, bytes - 12}) {
        byte[] written = new byte[12];
        for (int i = 0; i < written.length; i++) {
          written[i] = (byte) (offset / 7 + i);
        }
        large.write(offset, ByteBuffer.wrap(written));
        ByteBuffer read = ByteBuffer.allocate(written.length);
        large.read(offset, read);
        assertEquals(0, read.remaining());
        assertArrayEquals(written, read.array());
      }
    }
  }

  @Test
  void aCopyHasMemoryOfItsOwn() {
    try (NativeTensor tensor = NativeTensor.zeros(3);
        NativeTensor copy = tensor.copy()) {
      tensor.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      assertArrayEquals(new float[3], copy.floats());
      assertEquals(Device.CPU, copy.device());
    }
  }

  @Test
  void aMissingGpuIsTheUsersToMend() {
    Compute compute = Compute.fp32(1).on(Device.cuda(Torch.gpus()));
    UserErrorException error = assertThrows(UserErrorException.class, () -> Torch.enter(compute));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.startsWith("policy.device is " + compute.device()), message);
  }
}
