package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.NativeWeights;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights that go from the trainer to a sampler in memory: the same ones, and without copies. */
class OfferTest {
  private static final List<PromptTokens> BLOCK =
      List.of(
          new PromptTokens(0, new int[] {273, 260, 302}), new PromptTokens(1, new int[] {50, 319}));
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(4, 8, 1.0, false, 0, 1, 0, 1, List.of(), List.of(), 3);

  private TrainerFixture.Ready ready;

  @BeforeEach
  void open() throws IOException, StoppedException {
    ready = TrainerFixture.Ready.open();
  }

  @AfterEach
  void close() {
    ready.close();
  }

  @Test
  void anOfferEndsWithTheNextOptimizerStep() throws Exception {
    WeightsOffer offer = ready.trainer().offer();
    String offered = hash(offer);
    assertEquals(offered, hash(offer));
    ready.update();
    assertTrue(offer.take().isEmpty());
    assertNotEquals(offered, hash(ready.trainer().offer()));
  }

  @Test
  void anOfferThatNobodyReadsCostsNoCopy() throws Exception {
    WeightsOffer offer = ready.trainer().offer();
    NativeTensor[] before;
    try (TensorSource taken = offer.take().orElseThrow()) {
      before = ((NativeWeights) taken).slots();
    }
    ready.update();
    try (NativeWeights now = (NativeWeights) ready.trainer().weights()) {
      for (int i = 0; i < before.length; i++) {
        assertSame(before[i], now.slots()[i]);
      }
    }
  }

  @Test
  void whoReadsMeanwhileKeepsTheOldWeights() throws Exception {
    try (NativeWeights taken = (NativeWeights) ready.trainer().offer().take().orElseThrow()) {
      String before = PolicyHash.sha256(taken);
      ready.update();
      assertEquals(before, PolicyHash.sha256(taken));
      try (NativeWeights now = (NativeWeights) ready.trainer().weights()) {
        assertNotSame(taken.slots()[0], now.slots()[0]);
      }
    }
  }

  @Test
  void aSamplerDrawsTheSameFromMemoryAsFromAFileAndIsItsOwnMasterAfter() throws Exception {
    try (TorchSampler near = sampler();
        TorchSampler far = sampler()) {
      try (TensorSource taken = ready.trainer().offer().take().orElseThrow();
          TensorSource file = TrainerFixture.base()) {
        near.load(taken);
        far.load(file);
      }
      String drawn = draw(far);
      assertEquals(drawn, draw(near));
      ready.update();
      assertEquals(drawn, draw(near), "an update must not reach a sampler's weights");
    }
  }

  @Test
  void aClosedTrainerOffersNothing() throws Exception {
    WeightsOffer offer = ready.trainer().offer();
    ready.trainer().close();
    assertEquals(Optional.empty(), offer.take());
    open();
  }

  private static TorchSampler sampler() {
    return new TorchSampler(ModelConfig.read(TrainerFixture.MODEL), ids -> "", 1);
  }

  private static String draw(TorchSampler sampler) throws StoppedException {
    StringBuilder drawn = new StringBuilder();
    for (List<Completion> group : sampler.sample(BLOCK, SETTINGS, StopSignal.NEVER)) {
      for (Completion each : group) {
        drawn.append(java.util.Arrays.toString(each.ids()));
        drawn.append(java.util.Arrays.toString(each.logprobs()));
      }
    }
    return drawn.toString();
  }

  private static String hash(WeightsOffer offer) throws IOException {
    try (TensorSource weights = offer.take().orElseThrow()) {
      return PolicyHash.sha256(weights);
    }
  }
}
