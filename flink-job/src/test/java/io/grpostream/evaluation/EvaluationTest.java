package io.grpostream.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Prompt;
import io.grpostream.rewards.Rewards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an evaluation counts, by a sampler whose answers are known. */
class EvaluationTest {
  private static final SamplingSettings GREEDY = SamplingSettings.greedy(4, List.of());

  /** Answers each prompt with its first token id, and ends it as told. */
  private static final class Echo implements Sampler {
    private final List<Integer> blocks = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private final FinishReason end;

    Echo(FinishReason end) {
      this.end = end;
    }

    @Override
    public void load(TensorSource weights) {
      throw new AssertionError("whoever measures loads the weights first");
    }

    @Override
    public List<List<Completion>> sample(
        List<PromptTokens> block, SamplingSettings settings, StopSignal stop)
        throws StoppedException {
      stop.check();
      blocks.add(block.size());
      block.forEach(prompt -> numbers.add(prompt.number()));
      return block.stream().map(prompt -> List.of(answer(prompt))).toList();
    }

    private Completion answer(PromptTokens prompt) {
      String text = Integer.toString(prompt.ids()[0]);
      return new Completion(0, new int[] {7, 8, 9}, new float[3], text, end);
    }

    @Override
    public void close() {}
  }

  @Test
  void accuracyIsTheFirstFunctionsAndTheMeanIsWeighted() throws StoppedException {
    Rewards rewards =
        Rewards.of(
            List.of(
                new Rewards.Spec("exact-answer", 2.0, Map.of()),
                // Three tokens, one over the target and halfway to the most: −0.5.
                new Rewards.Spec("length", 1.0, Map.of("target", "2", "max", "4"))));

    Evaluation.Result result =
        new Evaluation(List.of(prompt(1, "1"), prompt(2, "3"), prompt(4, "4")), rewards, GREEDY)
            .measure(new Echo(FinishReason.STOP_TOKEN), StopSignal.NEVER);

    assertEquals(2.0 / 3, result.accuracy(), 1e-15);
    assertEquals((1.5 - 0.5 + 1.5) / 3, result.meanReward(), 1e-15);
    assertEquals(3, result.n());
    assertArrayEquals(
        new boolean[] {true, false, true},
        new boolean[] {
          result.completions().get(0).right(),
          result.completions().get(1).right(),
          result.completions().get(2).right()
        });
  }

  @Test
  void anUnfinishedAnswerIsWrong() throws StoppedException {
    Evaluation.Result result =
        exact(List.of(prompt(1, "1"))).measure(new Echo(FinishReason.LENGTH), StopSignal.NEVER);

    assertEquals(0, result.accuracy());
  }

  @Test
  void anUnscorableAnswerIsWrongAndLeftOutOfTheMean() throws StoppedException {
    Prompt unanswered =
        new Prompt(
            new Coordinates("file", 0, 1), new byte[0], List.of(), "1", Map.of(), new int[] {1});
    Echo sampler = new Echo(FinishReason.STOP_TOKEN);

    Evaluation.Result some =
        exact(List.of(unanswered, prompt(2, "2"))).measure(sampler, StopSignal.NEVER);
    Evaluation.Result none = exact(List.of(unanswered)).measure(sampler, StopSignal.NEVER);

    assertEquals(0.5, some.accuracy());
    assertEquals(1.0, some.meanReward());
    assertTrue(Double.isNaN(none.meanReward()));
  }

  @Test
  void promptsKeepTheirOrderAcrossBlocks() throws StoppedException {
    List<Prompt> prompts = new ArrayList<>();
    for (int n = 0; n < 300; n++) {
      prompts.add(prompt(n, n < 150 ? Integer.toString(n) : "no"));
    }
    Echo sampler = new Echo(FinishReason.STOP_TOKEN);

    Evaluation.Result result = exact(prompts).measure(sampler, StopSignal.NEVER);

    assertEquals(0.5, result.accuracy());
    assertEquals(List.of(128, 128, 44), sampler.blocks);
    assertEquals(299L, sampler.numbers.get(299));
    assertEquals("299", result.completions().get(299).completion().text());
  }

  @Test
  void itStopsWhenTold() {
    Evaluation evaluation = exact(List.of(prompt(1, "1")));

    assertThrows(
        StoppedException.class,
        () -> evaluation.measure(new Echo(FinishReason.STOP_TOKEN), () -> true));
  }

  private static Evaluation exact(List<Prompt> prompts) {
    Rewards rewards = Rewards.of(List.of(new Rewards.Spec("exact-answer", 1.0, Map.of())));
    return new Evaluation(prompts, rewards, GREEDY);
  }

  private static Prompt prompt(int id, String answer) {
    return new Prompt(
        new Coordinates("file", 0, id),
        new byte[0],
        List.of(),
        id + "=",
        Map.of("answer", answer),
        new int[] {id});
  }
}
