package io.grpostream.policy.sampling;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A completion while it grows: one row of the block. */
final class Row {
  private final int[] ids;
  private final float[] logprobs;
  private int length;
  private @Nullable FinishReason finishReason;

  Row(int maxTokens) {
    this.ids = new int[maxTokens];
    this.logprobs = new float[maxTokens];
  }

  /** Takes the next token, unless the completion has ended; returns whether it goes on. */
  boolean add(int id, float logprob, StopRules rules) {
    if (finishReason == null) {
      ids[length] = id;
      logprobs[length] = logprob;
      length++;
      finishReason = rules.check(ids, length);
    }
    return finishReason == null;
  }

  Completion completion(int index, Function<int[], String> decoder) {
    if (finishReason == null) {
      throw new IllegalStateException("the completion has not ended");
    }
    int[] sampled = Arrays.copyOf(ids, length);
    return new Completion(
        index, sampled, Arrays.copyOf(logprobs, length), decoder.apply(sampled), finishReason);
  }
}
