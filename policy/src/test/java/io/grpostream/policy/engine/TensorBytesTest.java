package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TensorBytesTest {
  @BeforeAll
  static void enter() {
    Torch.enter(1);
  }

  /** The way that bytes of a GPU's tensor take, on a machine without one. */
  @Test
  void aPieceReadThroughACopyIsTheSameBytes() {
    try (NativeTensor tensor = NativeTensor.of(new float[] {1.5f, -2.25f, 3e9f, 4e-9f}, 2, 2)) {
      for (int offset = 0; offset < 16; offset++) {
        for (int length = 1; length <= 16 - offset; length++) {
          ByteBuffer direct = ByteBuffer.allocate(length);
          ByteBuffer copied = ByteBuffer.allocate(length);
          tensor.read(offset, direct);
          tensor.readThroughCopy(offset, copied);
          assertArrayEquals(direct.array(), copied.array(), offset + " + " + length);
        }
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
