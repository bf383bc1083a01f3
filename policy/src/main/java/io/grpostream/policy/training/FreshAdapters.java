package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adapters that have learned nothing, distributed as PEFT's: B is zero, so that the policy is the
 * base; A is uniform in ±1/√in (Kaiming's bound with slope √5). Every number is a function of seed,
 * tensor and place, so that the same seed gives the same adapters anywhere.
 */
public final class FreshAdapters implements TensorSource {
  private final long seed;
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private final SortedMap<String, Integer> numbers = new TreeMap<>();

  public FreshAdapters(ModelConfig config, Lora lora, long seed) {
    this.seed = seed;
    lora.expectedTensors(config)
        .forEach((name, shape) -> tensors.put(name, new TensorInfo(name, DType.F32, shape)));
    tensors.keySet().forEach(name -> numbers.put(name, numbers.size()));
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    TensorInfo info = tensors.get(name);
    if (info == null || offset < 0 || offset + into.remaining() > info.byteLength()) {
      throw new IllegalArgumentException("no such part of a tensor " + name);
    }
    ByteBuffer value = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long at = offset;
    while (into.hasRemaining()) {
      value.clear().putFloat(value(info, at / Float.BYTES)).flip();
      value.position((int) (at % Float.BYTES));
      value.limit(Math.min(Float.BYTES, value.position() + into.remaining()));
      at += value.remaining();
      into.put(value);
    }
  }

  private float value(TensorInfo info, long element) {
    if (info.name().contains(".lora_B.")) {
      return 0;
    }
    long columns = info.shape().get(1);
    // Prompts' numbers are at least 0, so these are no prompt's random numbers.
    long tensor = -1L - numbers.getOrDefault(info.name(), 0);
    float uniform = CounterRandom.uniform(seed, tensor, element / columns, element % columns);
    return (float) ((2.0 * uniform - 1) / Math.sqrt((double) columns));
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
