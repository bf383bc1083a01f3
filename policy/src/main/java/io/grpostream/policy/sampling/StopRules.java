package io.grpostream.policy.sampling;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a completion ends: at a stop token, else at a stop string, else at the length limit. */
final class StopRules {
  private final Set<Integer> tokenIds;
  private final List<String> strings;
  private final TextDecoder decoder;

  StopRules(SamplingSettings settings, TextDecoder decoder) {
    this.tokenIds = new HashSet<>(settings.stopTokenIds());
    this.strings = settings.stopStrings();
    this.decoder = decoder;
  }

  /**
   * Why the completion ends with its last token; null if it goes on.
   *
   * @param ids its tokens, as many as it may have
   * @param length how many of them it has
   */
  @Nullable FinishReason check(int[] ids, int length) {
    if (tokenIds.contains(ids[length - 1])) {
      return FinishReason.STOP_TOKEN;
    }
    if (!strings.isEmpty()
        && strings.stream().anyMatch(decoder.decode(Arrays.copyOf(ids, length))::contains)) {
      return FinishReason.STOP_STRING;
    }
    return length == ids.length ? FinishReason.LENGTH : null;
  }
}
