package io.grpostream.policy.sampling;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A completion while it grows: one row of the block. */
final class Row {
  private final PromptTokens prompt;
  private final int group;
  private final int index;
  private final int[] ids;
  private final float[] logprobs;
  private int length;
  private @Nullable StopText text;
  private @Nullable FinishReason finishReason;

  /**
   * Completion {@code index} of a prompt.
   *
   * @param group the prompt's place among those that decode together
   * @param limit the most tokens it may have
   */
  Row(PromptTokens prompt, int group, int index, int limit) {
    this.prompt = prompt;
    this.group = group;
    this.index = index;
    this.ids = new int[limit];
    this.logprobs = new float[limit];
  }

  PromptTokens prompt() {
    return prompt;
  }

  int group() {
    return group;
  }

  int index() {
    return index;
  }

  /** The most tokens it may have. */
  int limit() {
    return ids.length;
  }

  /** Takes the next token, unless the completion has ended. */
  void add(int id, float logprob, StopRules rules) {
    if (finishReason == null) {
      text = length == 0 ? rules.text() : text;
      ids[length] = id;
      logprobs[length] = logprob;
      length++;
      finishReason = rules.check(id, length == ids.length, text);
    }
  }

  boolean ended() {
    return finishReason != null;
  }

  int lastId() {
    return ids[length - 1];
  }

  Completion completion(TextDecoder decoder) {
    if (finishReason == null) {
      throw new IllegalStateException("the completion has not ended");
    }
    int[] sampled = Arrays.copyOf(ids, length);
    return new Completion(
        index, sampled, Arrays.copyOf(logprobs, length), decoder.decode(sampled), finishReason);
  }
}
