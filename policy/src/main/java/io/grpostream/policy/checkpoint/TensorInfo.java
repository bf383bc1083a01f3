package io.grpostream.policy.checkpoint;

import java.util.List;

/**
 * What is known of a tensor without reading it.
 *
 * @param name its Hugging Face name, such as {@code model.layers.0.mlp.up_proj.weight}
 * @param dtype the format of its elements
 * @param shape its dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Number of bytes. */
  public long byteLength() {
    return Math.multiplyExact(elements(), (long) dtype.bytes());
  }
}
