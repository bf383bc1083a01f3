package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.policy.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing safetensors, down to the bytes. */
class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void writesTheSameBytesAsTheFormatsOwnLibrary() throws IOException {
    Path golden = Golden.shipped().resolve("llama").resolve("model.safetensors");
    try (SafetensorsFile source = SafetensorsFile.open(golden)) {
      assertArrayEquals(Files.readAllBytes(golden), written(source, DType.F32));
    }
  }

  @Test
  void widerElementsComeFirstAndTheHeaderEndsAtAMultipleOfEight() throws IOException {
    TensorsInMemory source =
        new TensorsInMemory().floats("a", List.of(1L, 3L), 1, 2, 3).longs("z", 5);
    byte[] bytes = written(source, DType.BF16);
    int headerLength = bytes[0] & 0xff;
    assertEquals(0, headerLength % 8);
    assertEquals(
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"z\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[1,3],\"data_offsets\":[8,14]}}",
        new String(bytes, 8, headerLength, StandardCharsets.UTF_8).strip());
    assertEquals(8 + headerLength + 14, bytes.length);
  }

  @Test
  void valuesThatFitTheShorterFormatsComeBackUnchanged() throws IOException {
    float[] values = {1f, -0.5f, 3.140625f, 0f, 96f};
    TensorsInMemory source = new TensorsInMemory().floats("w", List.of(5L), values);
    for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.F16}) {
      Path file = folder.resolve(dtype + ".safetensors");
      Files.write(file, written(source, dtype));
      try (TensorSource back = FloatView.of(SafetensorsFile.open(file), DType.F32)) {
        assertArrayEquals(values, FloatViewTest.floats(back, "w"));
      }
    }
  }

  @Test
  void noTensorsMakeAFileThatOpens() throws IOException {
    Path file = folder.resolve("empty.safetensors");
    Files.write(file, written(new TensorsInMemory(), DType.F32));
    try (SafetensorsFile back = SafetensorsFile.open(file)) {
      assertEquals(0, back.tensors().size());
    }
  }

  @Test
  void anIntegerDtypeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> written(new TensorsInMemory(), DType.I32));
  }

  private static byte[] written(TensorSource source, DType dtype) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(Channels.newChannel(out), source, dtype);
    return out.toByteArray();
  }
}
