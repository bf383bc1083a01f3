package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Writes tensors as a safetensors stream, laid out as the format's own library does: a header
 * padded with spaces to 8 bytes, then the tensors, those with wider elements first and by name
 * within, so that each is aligned to its elements.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes all tensors of a source; neither source nor channel is closed.
   *
   * @param dtype the float dtype that float tensors are written in; integer tensors keep theirs
   * @throws IllegalArgumentException if the dtype is no float dtype
   */
  @SuppressWarnings("resource") // The view would close the caller's source.
  public static void write(WritableByteChannel channel, TensorSource source, DType dtype)
      throws IOException {
    TensorSource tensors = FloatView.of(source, dtype);
    List<TensorInfo> inOrder =
        tensors.tensors().values().stream()
            .sorted(
                Comparator.comparingInt((TensorInfo t) -> -t.dtype().bytes())
                    .thenComparing(TensorInfo::name))
            .toList();
    writeAll(channel, header(inOrder));
    TensorChunks chunks = new TensorChunks();
    for (TensorInfo tensor : inOrder) {
      chunks.stream(tensors, tensor, bytes -> writeAll(channel, bytes));
    }
  }

  private static ByteBuffer header(List<TensorInfo> tensors) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    // transformers refuses files without this entry.
    root.putObject("__metadata__").put("format", "pt");
    long begin = 0;
    for (TensorInfo tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.dtype().safetensorsName());
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      entry.putArray("data_offsets").add(begin).add(begin + tensor.byteLength());
      begin += tensor.byteLength();
    }
    byte[] json = mapper.writeValueAsBytes(root);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return ByteBuffer.allocate(Long.BYTES + padded.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded.length)
        .put(padded)
        .flip();
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
