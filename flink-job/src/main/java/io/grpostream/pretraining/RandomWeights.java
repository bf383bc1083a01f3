package io.grpostream.pretraining;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights of a model that has learned nothing: norms are 1, everything else is drawn from N(0,
 * 0.02²), as Llama's initializer_range says.
 */
final class RandomWeights implements TensorSource {
  private static final double DEVIATION = 0.02;

  private final SortedMap<String, TensorInfo> infos = new TreeMap<>();
  private final Map<String, byte[]> bytes = new HashMap<>();

  /**
   * Draws them.
   *
   * @param shapes name → shape of every tensor
   */
  RandomWeights(SortedMap<String, List<Long>> shapes, long seed) {
    shapes.forEach((name, shape) -> infos.put(name, new TensorInfo(name, DType.F32, shape)));
    Random random = new Random(seed);
    infos.forEach((name, info) -> bytes.put(name, draw(info, random)));
  }

  private static byte[] draw(TensorInfo info, Random random) {
    byte[] drawn = new byte[Math.toIntExact(info.byteLength())];
    ByteBuffer buffer = ByteBuffer.wrap(drawn).order(ByteOrder.LITTLE_ENDIAN);
    boolean norm = info.shape().size() == 1;
    while (buffer.hasRemaining()) {
      buffer.putFloat(norm ? 1f : (float) (DEVIATION * random.nextGaussian()));
    }
    return drawn;
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(infos);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    byte[] tensor = bytes.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    into.put(tensor, Math.toIntExact(offset), into.remaining());
  }

  @Override
  public void close() {
    // Heap memory only.
  }
}
