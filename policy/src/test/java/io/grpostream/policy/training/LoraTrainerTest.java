package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.Lora.Target;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Training adapters: what is state and what is not, and that the sampler follows. */
class LoraTrainerTest {
  private static final Path MODEL = Golden.shipped().resolve("llama");
  private static final Lora LORA =
      Lora.of(4, 8, List.of(Target.Q_PROJ, Target.V_PROJ, Target.DOWN_PROJ));

  private static AdaptedBase base() throws IOException {
    Torch.enter(1);
    return AdaptedBase.open(MODEL, LORA, Compute.fp32(1));
  }

  private static TorchTrainer trainer(ObjectiveSettings objective, long seed) throws IOException {
    return trainer(objective, seed, Precision.FP32);
  }

  private static TorchTrainer trainer(ObjectiveSettings objective, long seed, Precision precision)
      throws IOException {
    AdaptedBase base = base();
    return new TorchTrainer(
        base,
        new FreshAdapters(base.config(), LORA, seed),
        objective,
        TrainerFixture.OPTIMIZER,
        100_000,
        new Compute(1, precision));
  }

  /** The base is rounded to bf16 once; its fp32 weights, which others share, are not touched. */
  @Test
  void bf16UpdatesAreNearFp32OnesAndDoNotRepeatTheirBitsByChance()
      throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    try (AdaptedBase shared = base();
        TorchTrainer fp32 = trainer(grpoWithKl(), 3);
        TorchTrainer bf16 = trainer(grpoWithKl(), 3, Precision.BF16);
        TorchTrainer again = trainer(grpoWithKl(), 3, Precision.BF16)) {
      float[] before = shared.weights().slots()[3].floats();
      UpdateMetrics exact = fp32.update(groups, StopSignal.NEVER, applied -> {});
      UpdateMetrics rounded = bf16.update(groups, StopSignal.NEVER, applied -> {});
      again.update(groups, StopSignal.NEVER, applied -> {});
      assertEquals(state(bf16), state(again));
      assertNotEquals(state(fp32), state(bf16));
      assertEquals(exact.gradNorm(), rounded.gradNorm(), 0.03 * exact.gradNorm());
      double delta = rounded.mismatch().deltaMean();
      assertTrue(delta > 1e-4 && delta < 0.02, "mean |Δ log-prob| " + delta);
      assertArrayEquals(before, shared.weights().slots()[3].floats());
    }
  }

  @Test
  void onlyAdaptersAreStateAndAreTrained() throws IOException, StoppedException {
    try (TorchTrainer trainer = trainer(ObjectiveSettings.grpo(), 3);
        AdaptedBase base = base()) {
      TreeSet<String> expected = new TreeSet<>();
      for (String name : LORA.expectedTensors(base.config()).keySet()) {
        expected.addAll(List.of("weights/" + name, "exp_avg/" + name, "exp_avg_sq/" + name));
      }
      Map<String, ByteBuffer> before = state(trainer);
      assertEquals(expected, before.keySet());

      trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      Map<String, ByteBuffer> after = state(trainer);
      for (String name : expected) {
        assertNotEquals(before.get(name), after.get(name), name);
      }
    }
  }

  @Test
  void aRestoredTrainerGoesOnWithTheSameBits() throws IOException, StoppedException {
    List<TrainingGroup> groups = TrainerFixture.sampled();
    try (TorchTrainer one = trainer(ObjectiveSettings.grpo(), 3);
        TorchTrainer other = trainer(ObjectiveSettings.grpo(), 4)) {
      one.update(groups, StopSignal.NEVER, applied -> {});
      try (TensorSource saved = new LeasedTensors(leases(one), "")) {
        other.restore(saved, one.optimizerSteps());
      }
      one.update(groups, StopSignal.NEVER, applied -> {});
      other.update(groups, StopSignal.NEVER, applied -> {});
      assertEquals(state(one), state(other));
    }
  }

  @Test
  void theReferenceIsTheBaseWithoutAdapters() throws IOException, StoppedException {
    ObjectiveSettings objective = grpoWithKl();
    try (TorchTrainer trainer = trainer(objective, 3)) {
      // B is zero: the policy is the base, so there is nothing between the two.
      UpdateMetrics first =
          trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      assertEquals(0, first.kl(), 1e-9);
      UpdateMetrics second =
          trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      assertTrue(second.kl() > 1e-7, "the policy moved, the reference did not: " + second.kl());
    }
  }

  @Test
  void theSamplerMergesWhatTheLearnerKeepsApart() throws IOException, StoppedException {
    try (TorchTrainer trainer = trainer(ObjectiveSettings.grpo(), 3);
        TorchSampler sampler = new TorchSampler(base(), ids -> "", 1)) {
      for (int step = 0; step < 20; step++) {
        trainer.update(TrainerFixture.sampled(), StopSignal.NEVER, applied -> {});
      }
      sampler.load(fromFile(trainer));
      List<TrainingGroup> fromAFile = sample(sampler);
      try (TensorSource weights = trainer.weights()) {
        sampler.load(weights);
      }
      List<TrainingGroup> inMemory = sample(sampler);
      assertEquals(logprobs(fromAFile), logprobs(inMemory));

      UpdateMetrics metrics = trainer.update(inMemory, StopSignal.NEVER, applied -> {});
      double largest = metrics.mismatch().deltaMax();
      assertTrue(largest < 2e-5, "learner and sampler differ by rounding only: " + largest);
    }
  }

  @Test
  void freshAdaptersAreAFunctionOfTheSeed() throws IOException {
    try (AdaptedBase base = base();
        FreshAdapters one = new FreshAdapters(base.config(), LORA, 3);
        FreshAdapters same = new FreshAdapters(base.config(), LORA, 3);
        FreshAdapters other = new FreshAdapters(base.config(), LORA, 4)) {
      String name = Target.DOWN_PROJ.a(1);
      assertEquals(TrainerFixture.bytes(one), TrainerFixture.bytes(same));
      assertNotEquals(TrainerFixture.bytes(one).get(name), TrainerFixture.bytes(other).get(name));
      double bound = 1 / Math.sqrt(base.config().intermediateSize());
      float[] drawn = floats(one, name);
      double square = 0;
      double sum = 0;
      for (float value : drawn) {
        assertTrue(Math.abs(value) <= bound);
        square += value * value;
        sum += value;
      }
      // Mean 0 and variance bound² / 3, as of a uniform distribution.
      double deviation = bound / Math.sqrt(3);
      assertEquals(0, sum / drawn.length, 4 * deviation / Math.sqrt(drawn.length));
      assertEquals(1, Math.sqrt(square / drawn.length) / deviation, 0.1);
      for (float value : floats(one, Target.DOWN_PROJ.b(1))) {
        assertEquals(0, value);
      }
    }
  }

  private static ObjectiveSettings grpoWithKl() {
    ObjectiveSettings grpo = ObjectiveSettings.grpo();
    return new ObjectiveSettings(
        grpo.lossType(),
        grpo.ratio(),
        true,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        0.1,
        false,
        1,
        0,
        false,
        1,
        grpo.maxCompletionTokens());
  }

  private static List<TrainingGroup> sample(TorchSampler sampler) throws StoppedException {
    SamplingSettings settings =
        new SamplingSettings(4, 8, 1.0, false, 0, 1, 0, 1, List.of(), List.of(), 5);
    int[] prompt = {273, 260, 302, 271, 286};
    List<Completion> sampled =
        sampler.sample(List.of(new PromptTokens(0, prompt)), settings, StopSignal.NEVER).get(0);
    List<TrainingCompletion> members = new ArrayList<>();
    for (Completion each : sampled) {
      members.add(new TrainingCompletion(each.ids(), each.logprobs(), each.index() - 1.5, false));
    }
    return List.of(new TrainingGroup(prompt, members));
  }

  private static List<Float> logprobs(List<TrainingGroup> groups) {
    List<Float> all = new ArrayList<>();
    for (TrainingCompletion each : groups.get(0).completions()) {
      for (float logprob : each.behaviorLogprobs()) {
        all.add(logprob);
      }
    }
    return all;
  }

  /** The weights as a store would give them back: bytes by name, nothing native. */
  private static TensorSource fromFile(TorchTrainer trainer) throws IOException {
    Map<String, ByteBuffer> bytes;
    TreeMap<String, TensorInfo> infos;
    try (TensorSource weights = trainer.weights()) {
      bytes = TrainerFixture.bytes(weights);
      infos = new TreeMap<>(weights.tensors());
    }
    return new TensorSource() {
      @Override
      public SortedMap<String, TensorInfo> tensors() {
        return infos;
      }

      @Override
      public void read(String name, long offset, ByteBuffer into) {
        into.put(
            Objects.requireNonNull(bytes.get(name))
                .slice(Math.toIntExact(offset), into.remaining()));
      }

      @Override
      public void close() {}
    };
  }

  private static float[] floats(TensorSource source, String name) throws IOException {
    TensorInfo info = Objects.requireNonNull(source.tensors().get(name));
    ByteBuffer bytes =
        ByteBuffer.allocate((int) info.byteLength()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    source.read(name, 0, bytes);
    float[] values = new float[(int) info.elements()];
    bytes.flip().asFloatBuffer().get(values);
    return values;
  }

  private static List<TensorLease> leases(TorchTrainer trainer) {
    synchronized (trainer.stateLock()) {
      return trainer.lease();
    }
  }

  private static Map<String, ByteBuffer> state(TorchTrainer trainer) {
    List<TensorLease> leases = leases(trainer);
    Map<String, ByteBuffer> bytes = TrainerFixture.bytes(leases);
    leases.forEach(TensorLease::close);
    return bytes;
  }
}
