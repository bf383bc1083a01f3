package io.grpostream.policy.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sampler writes new weights over the old ones, and samples with nothing but the new ones. */
class NewWeightsTest {
  private static final Path MODEL = Golden.shipped().resolve("llama");
  private static final List<PromptTokens> BLOCK =
      List.of(new PromptTokens(10, new int[] {273, 260, 302}));
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(4, 10, 1, false, 0, 1, 0, 1, List.of(), List.of(), 7);

  /** Also what was packed for oneDNN is written again in its place. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void newWeightsReplaceTheOldOnes(Precision precision) throws IOException, StoppedException {
    Compute compute = new Compute(1, precision);
    ModelConfig config = ModelConfig.read(MODEL);
    try (TorchSampler fresh = new TorchSampler(config, TorchSamplerTest::letters, compute);
        TorchSampler used = new TorchSampler(config, TorchSamplerTest::letters, compute);
        TensorSource old = TorchSamplerTest.weights();
        TensorSource others = new Negated(TorchSamplerTest.weights())) {
      used.load(old);
      String before = sampled(used);
      used.load(others);
      fresh.load(others);
      String expected = sampled(fresh);
      assertEquals(expected, sampled(used));
      assertNotEquals(before, expected);
      used.load(old);
      assertEquals(before, sampled(used));
    }
  }

  private static String sampled(TorchSampler sampler) throws StoppedException {
    return TorchSamplerTest.describe(sampler.sample(BLOCK, SETTINGS, StopSignal.NEVER));
  }

  /** All numbers (fp32) with the other sign. */
  private record Negated(TensorSource source) implements TensorSource {
    @Override
    public SortedMap<String, TensorInfo> tensors() {
      return source.tensors();
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) throws IOException {
      int start = into.position();
      source.read(name, offset, into);
      for (int i = start; i < into.position(); i++) {
        if ((offset + i - start) % Float.BYTES == Float.BYTES - 1) {
          into.put(i, (byte) (into.get(i) ^ 0x80));
        }
      }
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
