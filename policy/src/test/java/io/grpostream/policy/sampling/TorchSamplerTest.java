package io.grpostream.policy.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.SequenceLogits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rollout promises: pure, ended by its rules, its log-probs those of the scored text. */
class TorchSamplerTest {
  private static final Path MODEL = Golden.shipped().resolve("llama");
  private static final List<PromptTokens> BLOCK =
      List.of(
          new PromptTokens(10, new int[] {273, 260, 302}),
          new PromptTokens(11, new int[] {50, 319, 79, 82, 86, 85, 261, 84, 84}),
          new PromptTokens(12, new int[] {5}));

  private TorchSampler sampler;

  @BeforeEach
  void load() throws IOException {
    sampler = new TorchSampler(ModelConfig.read(MODEL), TorchSamplerTest::letters, 1);
    try (TensorSource weights = weights()) {
      sampler.load(weights);
    }
  }

  @AfterEach
  void close() {
    sampler.close();
  }

  @Test
  void closesItsTextDecoder() {
    AtomicInteger closed = new AtomicInteger();
    TextDecoder decoder =
        new TextDecoder() {
          @Override
          public String decode(int[] ids) {
            return letters(ids);
          }

          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    new TorchSampler(ModelConfig.read(MODEL), decoder, 1).close();
    assertEquals(1, closed.get());
  }

  @Test
  void logprobsAreThoseOfTheScoredText() throws IOException, StoppedException {
    double temperature = 0.7;
    List<List<Completion>> sampled =
        sampler.sample(BLOCK, settings(3, 12, temperature, 7), StopSignal.NEVER);
    try (TensorSource weights = weights();
        SequenceLogits scorer = new SequenceLogits(ModelConfig.read(MODEL), weights, 1)) {
      for (int n = 0; n < BLOCK.size(); n++) {
        int[] prompt = BLOCK.get(n).ids();
        for (Completion completion : sampled.get(n)) {
          int[] text =
              IntStream.concat(Arrays.stream(prompt), Arrays.stream(completion.ids())).toArray();
          double[] expected = scorer.logprobs(text, prompt.length, temperature);
          for (int t = 0; t < expected.length; t++) {
            assertEquals(
                expected[t], completion.logprobs()[t], 2e-5, "prompt " + n + ", token " + t);
          }
        }
      }
    }
  }

  @Test
  void theSameBlockGivesTheSameBits() throws StoppedException {
    SamplingSettings settings = settings(4, 10, 1.0, 7);
    String first = describe(sampler.sample(BLOCK, settings, StopSignal.NEVER));
    assertEquals(first, describe(sampler.sample(BLOCK, settings, StopSignal.NEVER)));
    assertFalse(
        first.equals(describe(sampler.sample(BLOCK, settings(4, 10, 1.0, 8), StopSignal.NEVER))));
  }

  /** With fewer key/value heads than queries, and with one for each. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral"})
  void tokensDoNotDependOnPlaceOrPadding(String model) throws IOException, StoppedException {
    Path folder = Golden.shipped().resolve(model);
    try (TorchSampler other =
            new TorchSampler(ModelConfig.read(folder), TorchSamplerTest::letters, 1);
        TensorSource weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      other.load(weights);
      assertPlaceDoesNotMatter(other);
    }
  }

  private static void assertPlaceDoesNotMatter(TorchSampler sampler) throws StoppedException {
    SamplingSettings settings = settings(2, 10, 1.0, 7);
    List<List<Completion>> together = sampler.sample(BLOCK, settings, StopSignal.NEVER);
    for (int n = 0; n < BLOCK.size(); n++) {
      List<Completion> alone =
          sampler.sample(List.of(BLOCK.get(n)), settings, StopSignal.NEVER).get(0);
      for (int i = 0; i < alone.size(); i++) {
        assertArrayEquals(alone.get(i).ids(), together.get(n).get(i).ids());
        assertArrayEquals(alone.get(i).logprobs(), together.get(n).get(i).logprobs(), 2e-5f);
      }
    }
  }

  @Test
  void completionsOfAGroupAndEqualPromptsDiffer() throws StoppedException {
    List<PromptTokens> twins =
        List.of(new PromptTokens(1, new int[] {5}), new PromptTokens(2, new int[] {5}));
    List<List<Completion>> sampled =
        sampler.sample(twins, settings(2, 10, 1.0, 7), StopSignal.NEVER);
    long distinct =
        sampled.stream()
            .flatMap(List::stream)
            .map(c -> Arrays.toString(c.ids()))
            .distinct()
            .count();
    assertEquals(4, distinct);
  }

  @Test
  void aStopTokenEndsACompletionAndIsKept() throws StoppedException {
    int[] free =
        sampler.sample(BLOCK, settings(1, 10, 1.0, 7), StopSignal.NEVER).get(0).get(0).ids();
    Completion stopped =
        sampler
            .sample(BLOCK, stopping(List.of(free[4]), List.of()), StopSignal.NEVER)
            .get(0)
            .get(0);
    assertEquals(FinishReason.STOP_TOKEN, stopped.finishReason());
    assertArrayEquals(Arrays.copyOf(free, 5), stopped.ids());
  }

  @Test
  void someTokensMayNeverBeChosen() throws IOException, StoppedException {
    List<Integer> most = IntStream.range(0, 320).filter(id -> id != 7 && id != 9).boxed().toList();
    try (TensorSource weights = weights();
        TorchSampler narrow =
            new TorchSampler(ModelConfig.read(MODEL), TorchSamplerTest::letters, 1, most)) {
      narrow.load(weights);
      for (SamplingSettings settings :
          List.of(settings(4, 10, 1.0, 7), SamplingSettings.greedy(10, List.of()))) {
        for (Completion completion : narrow.sample(BLOCK, settings, StopSignal.NEVER).get(0)) {
          assertTrue(Arrays.stream(completion.ids()).allMatch(id -> id == 7 || id == 9));
          // Still the log-probs of the whole distribution, where these two are unlikely.
          assertTrue(completion.logprobs()[0] < -1);
        }
      }
    }
  }

  @Test
  void aPenaltyAppliesToPromptAndCompletion() throws StoppedException {
    SamplingSettings harsh =
        new SamplingSettings(2, 12, 1.0, true, 0, 1, 0, 1e6, List.of(), List.of(), 7);
    for (int n = 0; n < BLOCK.size(); n++) {
      int[] ids = sampler.sample(BLOCK, harsh, StopSignal.NEVER).get(n).get(1).ids();
      int[] all = IntStream.concat(Arrays.stream(BLOCK.get(n).ids()), Arrays.stream(ids)).toArray();
      long repeatedInPrompt =
          BLOCK.get(n).ids().length - Arrays.stream(BLOCK.get(n).ids()).distinct().count();
      assertEquals(all.length - repeatedInPrompt, Arrays.stream(all).distinct().count());
    }
  }

  @Test
  void aStopStringEndsACompletion() throws StoppedException {
    int[] free =
        sampler.sample(BLOCK, settings(1, 10, 1.0, 7), StopSignal.NEVER).get(0).get(0).ids();
    String end = letters(new int[] {free[2], free[3]});
    Completion stopped =
        sampler.sample(BLOCK, stopping(List.of(), List.of(end)), StopSignal.NEVER).get(0).get(0);
    assertEquals(FinishReason.STOP_STRING, stopped.finishReason());
    assertEquals(letters(Arrays.copyOf(free, 4)), stopped.text());
  }

  @Test
  void withoutAStopTheLimitEndsIt() throws StoppedException {
    Completion completion =
        sampler.sample(BLOCK, settings(1, 3, 1.0, 7), StopSignal.NEVER).get(2).get(0);
    assertEquals(FinishReason.LENGTH, completion.finishReason());
    assertEquals(3, completion.ids().length);
  }

  @Test
  void stopsBetweenSteps() {
    int[] asked = {0};
    assertThrows(
        StoppedException.class,
        () -> sampler.sample(BLOCK, settings(1, 10, 1.0, 7), () -> asked[0]++ == 3));
    assertEquals(4, asked[0]);
  }

  @Test
  void refusesWhatCannotFit() {
    Throwable error =
        assertThrows(
            IllegalArgumentException.class,
            () -> sampler.sample(BLOCK, settings(1, 510, 1.0, 7), StopSignal.NEVER));
    assertTrue(String.valueOf(error.getMessage()).contains("prompt 10 has 3 tokens"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            sampler.sample(
                List.of(new PromptTokens(1, new int[] {320})),
                settings(1, 5, 1.0, 7),
                StopSignal.NEVER));
  }

  static TensorSource weights() {
    return SafetensorsFile.open(MODEL.resolve("model.safetensors"));
  }

  private static SamplingSettings settings(int group, int max, double temperature, long seed) {
    return new SamplingSettings(
        group, max, temperature, false, 0, 1, 0, 1, List.of(), List.of(), seed);
  }

  private static SamplingSettings stopping(List<Integer> tokens, List<String> strings) {
    return new SamplingSettings(1, 10, 1.0, false, 0, 1, 0, 1, tokens, strings, 7);
  }

  /** Every token is a character of its own. */
  static String letters(int[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> Character.toString('A' + id))
        .collect(Collectors.joining());
  }

  static String describe(List<List<Completion>> sampled) {
    return sampled.stream()
        .flatMap(List::stream)
        .map(c -> c.text() + Arrays.toString(c.logprobs()))
        .collect(Collectors.joining("\n"));
  }
}
