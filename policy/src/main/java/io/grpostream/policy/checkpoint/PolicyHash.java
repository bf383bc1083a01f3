package io.grpostream.policy.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * The hash that names a policy version: SHA-256 over its tensors, sorted by the UTF-8 bytes of
 * their names. For each tensor, all numbers little-endian: length of the name (4 bytes), name
 * (UTF-8), dtype (ASCII, {@code F32}), number of dimensions (4 bytes), dimensions (8 bytes each),
 * the values as fp32. {@code docs/policy-hash.md} has the same in Python.
 */
public final class PolicyHash {
  private PolicyHash() {}

  /**
   * Hashes all tensors of a source, float ones as fp32; the source stays open.
   *
   * @return 64 lower-case hexadecimal digits
   */
  @SuppressWarnings("resource") // The view would close the caller's source.
  public static String sha256(TensorSource source) throws IOException {
    TensorSource tensors = FloatView.of(source, DType.F32);
    MessageDigest digest = sha256();
    TensorChunks chunks = new TensorChunks();
    for (TensorInfo tensor :
        tensors.tensors().values().stream()
            .sorted(Comparator.comparing(PolicyHash::nameBytes, Arrays::compareUnsigned))
            .toList()) {
      digest.update(frame(tensor));
      chunks.stream(tensors, tensor, digest::update);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static ByteBuffer frame(TensorInfo tensor) {
    byte[] name = nameBytes(tensor);
    byte[] dtype = tensor.dtype().safetensorsName().getBytes(StandardCharsets.US_ASCII);
    int dimensions = tensor.shape().size();
    int bytes = 2 * Integer.BYTES + name.length + dtype.length + dimensions * Long.BYTES;
    ByteBuffer frame = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(name.length).put(name).put(dtype).putInt(dimensions);
    tensor.shape().forEach(frame::putLong);
    return frame.flip();
  }

  private static byte[] nameBytes(TensorInfo tensor) {
    return tensor.name().getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
