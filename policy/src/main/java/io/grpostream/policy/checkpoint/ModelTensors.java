package io.grpostream.policy.checkpoint;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tensors of a source that its config asks for, all there and of the right shape. Tensors that
 * the model has no place for are refused, since an export would lose them; the exceptions are
 * buffers that old exports saved and an LM head that is the same as the embedding it is tied to.
 */
final class ModelTensors implements TensorSource {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String LM_HEAD = "lm_head.weight";
  private static final int COMPARED_BYTES = 1 << 20;

  private final TensorSource source;
  private final SortedMap<String, TensorInfo> tensors;

  private ModelTensors(TensorSource source, SortedMap<String, TensorInfo> tensors) {
    this.source = source;
    this.tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * Checks the source against the config.
   *
   * @param place names the source in errors
   * @throws UserErrorException naming the first tensor that is missing, of another shape, not of a
   *     float dtype, or not part of the model
   */
  static ModelTensors of(String place, TensorSource source, ModelConfig config) throws IOException {
    SortedMap<String, TensorInfo> selected = new TreeMap<>();
    config
        .expectedTensors()
        .forEach((name, shape) -> selected.put(name, expected(place, source, name, shape)));
    for (String name : source.tensors().keySet()) {
      if (!selected.containsKey(name) && !mayBeIgnored(place, source, config, name)) {
        throw new UserErrorException(
            place + ": tensor " + name + " is not part of the model that config.json describes");
      }
    }
    return new ModelTensors(source, selected);
  }

  private static TensorInfo expected(
      String place, TensorSource source, String name, List<Long> shape) {
    TensorInfo info = source.tensors().get(name);
    if (info == null) {
      throw new UserErrorException(
          place + ": tensor " + name + " is missing; config.json describes a model that has it");
    }
    if (!info.shape().equals(shape)) {
      throw new UserErrorException(
          place
              + ": tensor "
              + name
              + " has shape "
              + info.shape()
              + "; by config.json it must be "
              + shape);
    }
    if (!FloatFormat.isFloat(info.dtype())) {
      throw new UserErrorException(
          place
              + ": tensor "
              + name
              + " has dtype "
              + info.dtype()
              + "; weights must be F32, F16 or BF16");
    }
    return info;
  }

  private static boolean mayBeIgnored(
      String place, TensorSource source, ModelConfig config, String name) throws IOException {
    if (!name.equals(LM_HEAD) || !config.tiedEmbeddings()) {
      return name.endsWith(".rotary_emb.inv_freq");
    }
    if (!sameBytes(source, LM_HEAD, EMBEDDING)) {
      throw new UserErrorException(
          place
              + ": tensor lm_head.weight differs from model.embed_tokens.weight; tie_word_embeddings"
              + " in config.json must then be false");
    }
    return true;
  }

  private static boolean sameBytes(TensorSource source, String one, String other)
      throws IOException {
    TensorInfo first = source.tensors().get(one);
    TensorInfo second = source.tensors().get(other);
    if (first == null
        || second == null
        || first.dtype() != second.dtype()
        || !first.shape().equals(second.shape())) {
      return false;
    }
    for (long offset = 0; offset < first.byteLength(); offset += COMPARED_BYTES) {
      int length = (int) Math.min(COMPARED_BYTES, first.byteLength() - offset);
      byte[] a = new byte[length];
      byte[] b = new byte[length];
      source.read(one, offset, ByteBuffer.wrap(a));
      source.read(other, offset, ByteBuffer.wrap(b));
      if (!Arrays.equals(a, b)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) throws IOException {
    TensorRange.check(tensors, name, offset, into.remaining());
    source.read(name, offset, into);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
