package io.grpostream.policy;

import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Whole tensors of a small safetensors file as arrays. */
public record GoldenTensors(SafetensorsFile file) implements AutoCloseable {
  public static GoldenTensors open(Path path) {
    return new GoldenTensors(SafetensorsFile.open(path));
  }

  /** Elements of an F32 tensor. */
  public float[] floats(String name) throws IOException {
    float[] values = new float[(int) info(name).elements()];
    bytes(name).asFloatBuffer().get(values);
    return values;
  }

  /** Elements of an I64 tensor that are small. */
  public int[] ints(String name) throws IOException {
    long[] values = new long[(int) info(name).elements()];
    bytes(name).asLongBuffer().get(values);
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  public List<Long> shape(String name) {
    return info(name).shape();
  }

  private ByteBuffer bytes(String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) info(name).byteLength()).order(ByteOrder.LITTLE_ENDIAN);
    file.read(name, 0, bytes);
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private TensorInfo info(String name) {
    return Objects.requireNonNull(file.tensors().get(name), name);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
