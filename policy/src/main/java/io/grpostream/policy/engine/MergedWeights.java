package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A base with adapters put into its matrices, W + scale · B A, as a checkpoint's fp32 tensors: a
 * policy that needs no adapters. Made and read by one thread.
 */
public final class MergedWeights implements TensorSource {
  private final WeightLayout layout;
  private final NativeTensor[] slots;
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private final Map<String, Integer> slotOf = new HashMap<>();

  /**
   * Merges.
   *
   * @param base stays open
   * @param adapters by PEFT name, any float dtype; may be closed after
   * @param threads OpenMP threads of the calling thread
   */
  public MergedWeights(AdaptedBase base, TensorSource adapters, int threads) throws IOException {
    Torch.enter(threads);
    this.layout = WeightLayout.of(base.config());
    NativeTensor[] loaded = WeightReader.read(base.layout(), adapters, "");
    try (ModelProgram program = new ModelProgram(base.config(), base.lora(), false)) {
      this.slots = program.merge(base.weights().slots(), loaded);
    } finally {
      NativeTensor.closeAll(loaded);
    }
    for (int slot = 0; slot < slots.length; slot++) {
      for (WeightLayout.Part part : layout.slots().get(slot).parts()) {
        tensors.put(part.name(), new TensorInfo(part.name(), DType.F32, part.shape()));
        slotOf.put(part.name(), slot);
      }
    }
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    Integer slot = slotOf.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    for (WeightLayout.Part part : layout.slots().get(slot).parts()) {
      if (part.name().equals(name)) {
        if (offset < 0 || offset + into.remaining() > part.byteLength()) {
          throw new IllegalArgumentException("no such part of tensor " + name);
        }
        slots[slot].read(part.offset() + offset, into);
      }
    }
  }

  @Override
  public void close() {
    NativeTensor.closeAll(slots);
  }
}
