package io.grpostream.fakes;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.SamplingSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Samples one token that says which weights sampled it: the first weight, as an integer. */
public final class FakeSampler implements Sampler {
  private final AtomicInteger blocks;
  private int loaded = -1;

  public FakeSampler() {
    this(new AtomicInteger());
  }

  /**
   * One that is watched.
   *
   * @param blocks counts up with every block sampled
   */
  public FakeSampler(AtomicInteger blocks) {
    this.blocks = blocks;
  }

  @Override
  public void load(TensorSource weights) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    weights.read(FakeTrainer.NAME, 0, bytes);
    loaded = (int) bytes.getFloat(0);
  }

  @Override
  public List<List<Completion>> sample(
      List<PromptTokens> block, SamplingSettings settings, StopSignal stop) {
    List<List<Completion>> groups = new ArrayList<>();
    for (PromptTokens prompt : block) {
      List<Completion> group = new ArrayList<>();
      for (int i = 0; i < settings.groupSize(); i++) {
        group.add(
            new Completion(
                i,
                new int[] {loaded},
                new float[] {-1f},
                prompt.number() + "/" + i,
                FinishReason.LENGTH));
      }
      groups.add(group);
    }
    blocks.incrementAndGet();
    return groups;
  }

  @Override
  public void close() {
    // Nothing native here.
  }
}
