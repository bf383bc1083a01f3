package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tensors seen in another float dtype. */
class FloatViewTest {
  @Test
  void showsHalvesAndBrainFloatsAsFp32() throws IOException {
    TensorsInMemory source =
        new TensorsInMemory()
            .shorts("half", DType.F16, (short) 0x3c00, (short) 0xc000)
            .shorts("brain", DType.BF16, (short) 0x3f80, (short) 0x4049)
            .longs("count", 7);
    try (FloatView view = FloatView.of(source, DType.F32)) {
      assertEquals(new TensorInfo("half", DType.F32, List.of(2L)), view.tensors().get("half"));
      assertArrayEquals(new float[] {1f, -2f}, floats(view, "half"));
      assertArrayEquals(new float[] {1f, 3.140625f}, floats(view, "brain"));
      assertEquals(DType.I64, Objects.requireNonNull(view.tensors().get("count")).dtype());
    }
    assertTrue(source.closed());
  }

  @Test
  void anyByteRangeIsThatOfTheWholeTensor() throws IOException {
    int elements = 600_000;
    short[] values = new short[elements];
    Random random = new Random(1);
    for (int i = 0; i < elements; i++) {
      values[i] = (short) random.nextInt();
    }
    TensorsInMemory source = new TensorsInMemory().shorts("w", DType.BF16, values);
    FloatView view = FloatView.of(source, DType.F32);
    byte[] whole = new byte[4 * elements];
    view.read("w", 0, ByteBuffer.wrap(whole));
    for (int i = 0; i < 200; i++) {
      int offset = random.nextInt(whole.length);
      int length = random.nextInt(Math.min(whole.length - offset, i < 100 ? 9 : 2_000_000) + 1);
      ByteBuffer part = ByteBuffer.allocate(length);
      view.read("w", offset, part);
      assertEquals(ByteBuffer.wrap(whole, offset, length), part.flip());
    }
  }

  @Test
  void rangesOutsideATensorAreRefused() {
    FloatView view =
        FloatView.of(new TensorsInMemory().shorts("w", DType.BF16, (short) 0), DType.F32);
    ByteBuffer four = ByteBuffer.allocate(4);
    assertThrows(IllegalArgumentException.class, () -> view.read("w", 1, four));
    assertThrows(IllegalArgumentException.class, () -> view.read("w", -1, four));
    assertThrows(IllegalArgumentException.class, () -> view.read("v", 0, four));
    assertThrows(
        IllegalArgumentException.class, () -> FloatView.of(new TensorsInMemory(), DType.I64));
  }

  static float[] floats(TensorSource source, String name) throws IOException {
    TensorInfo info = Objects.requireNonNull(source.tensors().get(name));
    ByteBuffer buffer = ByteBuffer.allocate((int) info.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
    source.read(name, 0, buffer);
    float[] values = new float[(int) info.elements()];
    buffer.flip().asFloatBuffer().get(values);
    return values;
  }
}
