package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.Prompt;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rewards.MisbehavingPlugin;
import io.grpostream.rewards.Rewards;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scoring in Flink's harness: what a completion without a reward leaves on the topic rejected. */
class RewardOperatorTest {
  @TempDir private Path folder;

  private static final Rewards.Spec NUMBER = new Rewards.Spec("number-in-text", 1, Map.of());
  private static final Rewards.Spec LENGTH =
      new Rewards.Spec("length", 1, Map.of("target", "10", "max", "20"));
  private static final Rewards.Spec THROWS =
      new Rewards.Spec("misbehaving", 1, Map.of("how", "throw"));

  private static SampledCompletion sampled(long n, Map<String, String> fields) {
    Prompt prompt =
        new Prompt(
            new Coordinates("prompts", 2, 40 + n),
            new byte[] {7},
            List.of(),
            "1 + 1 =",
            fields,
            new int[] {1});
    return new SampledCompletion(
        new NumberedPrompt(n, prompt),
        new PolicyRef("life", 0, "hash"),
        new Completion(3, new int[] {5}, new float[] {-1}, "2", FinishReason.STOP_TOKEN));
  }

  private record Result(List<ScoredCompletion> scored, List<Rejection> rejected) {}

  private Result score(List<Rewards.Spec> specs, SampledCompletion... completions)
      throws Exception {
    try (var plugin = new MisbehavingPlugin(folder);
        var harness =
            new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new RewardOperator(specs)))) {
      assertNotNull(plugin);
      harness.open();
      for (SampledCompletion completion : completions) {
        harness.processElement(completion, 0);
      }
      List<Rejection> rejected = new ArrayList<>();
      var records = harness.getSideOutput(RewardOperator.REJECTED);
      if (records != null) {
        records.forEach(record -> rejected.add(record.getValue()));
      }
      return new Result(harness.extractOutputValues(), rejected);
    }
  }

  @Test
  void aCompletionThatNothingCanScoreIsRejectedByNameAndGoesOn() throws Exception {
    Result result = score(List.of(NUMBER), sampled(8, Map.of("answer", "2")), sampled(9, Map.of()));
    assertEquals(2, result.scored().size());
    assertEquals(1, result.scored().get(0).reward());
    assertTrue(Double.isNaN(result.scored().get(1).reward()));
    Rejection only = result.rejected().get(0);
    assertEquals(1, result.rejected().size());
    assertEquals(new Coordinates("prompts", 2, 49), only.at());
    assertEquals(Rejection.Reason.UNSCORABLE, only.reason());
    assertEquals(
        "completion 3 of prompt 9: none of [number-in-text] could score it", only.detail());
    assertEquals(7, only.key()[0]);
    assertEquals("2", new String(only.value(), StandardCharsets.UTF_8));
  }

  @Test
  void whatOneFunctionScoresIsNotUnscorable() throws Exception {
    assertEquals(
        List.of(), score(List.of(NUMBER, LENGTH), sampled(9, Map.of())).rejected(), "length did");
  }

  @Test
  void aFailingFunctionIsNamedEvenIfAnotherScores() throws Exception {
    Result result = score(List.of(THROWS, LENGTH), sampled(9, Map.of()));
    assertEquals(0, result.scored().get(0).reward());
    assertEquals(
        List.of(Rejection.Reason.REWARD_FAILED),
        result.rejected().stream().map(Rejection::reason).toList());
    assertTrue(
        result.rejected().get(0).detail().contains("misbehaving failed on it: java.lang.Illegal"));
  }

  @Test
  void aCompletionWithoutRewardBecauseAFunctionFailedIsRejectedOnce() throws Exception {
    Result result = score(List.of(THROWS, NUMBER), sampled(9, Map.of()));
    assertTrue(Double.isNaN(result.scored().get(0).reward()));
    assertEquals(
        List.of(Rejection.Reason.REWARD_FAILED),
        result.rejected().stream().map(Rejection::reason).toList());
  }
}
