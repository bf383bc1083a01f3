package io.grpostream.policy.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that end leave, keys and values move and grow, and a block decodes in parts: none of it
 * changes what is sampled, and the same block gives the same bits.
 */
class CompactionTest {
  private static final Path MODEL = Golden.shipped().resolve("llama");
  private static final int GROUP = 5;
  private static final int MOST = 150;

  private TorchSampler sampler;

  @BeforeEach
  void load() throws IOException {
    sampler = new TorchSampler(ModelConfig.read(MODEL), Arrays::toString, 1);
    try (TensorSource weights = SafetensorsFile.open(MODEL.resolve("model.safetensors"))) {
      sampler.load(weights);
    }
  }

  @AfterEach
  void close() {
    sampler.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.3})
  void aRowIsWhatItWouldBeIfItsGroupWereAlone(double penalty) throws StoppedException {
    SamplingSettings settings = settings(penalty);
    List<List<Completion>> together = sampler.sample(block(6), settings, StopSignal.NEVER);

    for (PromptTokens prompt : block(6)) {
      List<Completion> alone = sampler.sample(List.of(prompt), settings, StopSignal.NEVER).get(0);
      assertAlike(alone, together.get((int) prompt.number()));
      for (int i = 0; i < GROUP; i++) {
        assertEquals(settings.limit(prompt.number(), i), alone.get(i).ids().length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 14, 30})
  void partsOfABlockGiveWhatTheWholeGives(int maxRows) throws StoppedException {
    List<List<Completion>> whole = sampler.sample(block(6), settings(1), StopSignal.NEVER);
    List<List<Completion>> parts =
        sampler.sample(block(6), settings(1).withMaxRows(maxRows), StopSignal.NEVER);

    assertEquals(6, parts.size());
    for (int n = 0; n < 6; n++) {
      assertAlike(whole.get(n), parts.get(n));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void theSameBlockGivesTheSameBits(int prompts) throws StoppedException {
    List<List<Completion>> first = sampler.sample(block(prompts), settings(1), StopSignal.NEVER);
    List<List<Completion>> again = sampler.sample(block(prompts), settings(1), StopSignal.NEVER);

    for (int n = 0; n < prompts; n++) {
      for (int i = 0; i < GROUP; i++) {
        assertArrayEquals(first.get(n).get(i).ids(), again.get(n).get(i).ids());
        assertArrayEquals(first.get(n).get(i).logprobs(), again.get(n).get(i).logprobs());
      }
    }
  }

  private static void assertAlike(List<Completion> expected, List<Completion> actual) {
    for (int i = 0; i < GROUP; i++) {
      assertEquals(i, actual.get(i).index());
      assertArrayEquals(expected.get(i).ids(), actual.get(i).ids());
      assertArrayEquals(expected.get(i).logprobs(), actual.get(i).logprobs(), 5e-5f);
    }
  }

  /** Prompts of 1, 4, 7, … tokens. */
  private static List<PromptTokens> block(int prompts) {
    List<PromptTokens> block = new ArrayList<>();
    for (int n = 0; n < prompts; n++) {
      int[] ids = new int[3 * n + 1];
      Arrays.setAll(ids, t -> 5 + (7 * t + ids.length) % 300);
      block.add(new PromptTokens(n, ids));
    }
    return block;
  }

  private static SamplingSettings settings(double penalty) {
    return new SamplingSettings(GROUP, MOST, 1, false, 0, 1, 0, penalty, List.of(), List.of(), 3)
        .withLengthsFrom(1);
  }
}
