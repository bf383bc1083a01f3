package io.grpostream.operators;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.Prompt;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records to feed operators with. */
final class TestRecords {
  private TestRecords() {}

  static Prompt prompt(long offset, String text) {
    int[] ids = text.chars().toArray();
    return new Prompt(
        new Coordinates("prompts", 0, offset),
        new byte[0],
        List.of(),
        text,
        Map.of("answer", text),
        ids);
  }

  static NumberedPrompt numbered(long n) {
    return new NumberedPrompt(n, prompt(n, "prompt " + n));
  }

  static PromptBlock block(long number, int groups) {
    List<NumberedPrompt> prompts = new ArrayList<>();
    for (long n = number * groups; n < (number + 1) * groups; n++) {
      prompts.add(numbered(n));
    }
    return new PromptBlock(number, prompts);
  }

  static ScoredCompletion scored(
      NumberedPrompt prompt, PolicyRef policy, int index, double reward) {
    Completion completion =
        new Completion(
            index, new int[] {7, index}, new float[] {-1f, -2f}, "text", FinishReason.STOP_TOKEN);
    return new ScoredCompletion(
        new SampledCompletion(prompt, policy, completion), new double[] {reward}, reward);
  }

  static Group group(long n, PolicyRef policy, double... rewards) {
    List<ScoredCompletion> completions = new ArrayList<>();
    for (int i = 0; i < rewards.length; i++) {
      completions.add(scored(numbered(n), policy, i, rewards[i]));
    }
    return GroupAdvantages.of(completions);
  }
}
