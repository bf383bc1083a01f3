package io.grpostream.policy.sampling;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** When a completion ends: at a stop token, else at a stop string, else at the length limit. */
final class StopRules {
  private final Set<Integer> tokenIds;
  private final List<String> strings;
  private final int maxTokens;
  private final Function<int[], String> decoder;

  StopRules(SamplingSettings settings, Function<int[], String> decoder) {
    this.tokenIds = new HashSet<>(settings.stopTokenIds());
    this.strings = settings.stopStrings();
    this.maxTokens = settings.maxTokens();
    this.decoder = decoder;
  }

  /** Why the completion ends with its last token; null if it goes on. */
  @Nullable FinishReason check(int[] ids) {
    if (tokenIds.contains(ids[ids.length - 1])) {
      return FinishReason.STOP_TOKEN;
    }
    if (!strings.isEmpty() && strings.stream().anyMatch(decoder.apply(ids)::contains)) {
      return FinishReason.STOP_STRING;
    }
    return ids.length >= maxTokens ? FinishReason.LENGTH : null;
  }
}
