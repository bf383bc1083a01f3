package io.grpostream.bench;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A model's tensors as transformers initializes them: matrices with a standard deviation of 0.02,
 * norms 1, biases 0. Made while they are read, so that no file is needed; the same for every read.
 */
public final class RandomWeights implements TensorSource {
  // Uniform numbers have a standard deviation of a twelfth of their range's square, under the root.
  private static final double HALF_RANGE = 0.02 * Math.sqrt(3);

  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  public RandomWeights(ModelConfig config) {
    config
        .expectedTensors()
        .forEach((name, shape) -> tensors.put(name, new TensorInfo(name, DType.F32, shape)));
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    TensorInfo info = tensors.get(name);
    if (info == null || offset < 0 || offset + into.remaining() > info.byteLength()) {
      throw new IllegalArgumentException(
          "there are no " + into.remaining() + " bytes of " + name + " from " + offset + " on");
    }
    FloatBuffer floats = into.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    if (info.shape().size() > 1) {
      SplittableRandom random = new SplittableRandom(name.hashCode() + offset);
      while (floats.hasRemaining()) {
        floats.put((float) ((random.nextDouble() * 2 - 1) * HALF_RANGE));
      }
    } else {
      float value = name.endsWith(".bias") ? 0 : 1;
      while (floats.hasRemaining()) {
        floats.put(value);
      }
    }
    into.position(into.limit());
  }

  @Override
  public void close() {}
}
