package io.grpostream.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code evaluation}: greedy completions of held-out prompts, scored as in training. */
public record EvaluationSection(
    @Key(means = "JSON lines file of held-out prompts; absent: no evaluation", preset = Key.ABSENT)
        @Nullable Path prompts,
    @Key(
            means =
                "steps between two evaluations, which go on beside the run with one torch thread; 0:"
                    + " before the first step and after the last",
            preset = "20")
        int everySteps,
    @Key(means = "most tokens of a completion; absent: as rollout.max-tokens", preset = Key.ABSENT)
        @Nullable Integer maxTokens) {
  public EvaluationSection {
    new Rules()
        .atLeast("every-steps", everySteps, 0, "0 evaluates at the beginning and at the end only")
        .atLeast("max-tokens", maxTokens, 1, "leave it out to use rollout.max-tokens")
        .check();
  }
}
