package io.grpostream.policy.checkpoint;

import java.util.SortedMap;

/** The check that every {@link TensorSource} makes before it reads. */
final class TensorRange {
  private TensorRange() {}

  /**
   * Finds the tensor.
   *
   * @throws IllegalArgumentException if there is none of that name, or bytes [offset, offset +
   *     length) lie outside it
   */
  static TensorInfo check(
      SortedMap<String, TensorInfo> tensors, String name, long offset, int length) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    if (offset < 0 || length > info.byteLength() - offset) {
      throw new IllegalArgumentException(
          name + " has " + info.byteLength() + " bytes; asked for " + length + " at " + offset);
    }
    return info;
  }
}
