package io.grpostream.policy.sampling;

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

  /** What a new completion's stop strings are looked for in; null if there are none. */
  @Nullable StopText text() {
    return strings.isEmpty() ? null : new StopText(strings, decoder);
  }

  /**
   * Why the completion ends with its last token; null if it goes on.
   *
   * @param id the token
   * @param full it is the last one that the completion may have
   * @param text of the completion before; takes the token
   */
  @Nullable FinishReason check(int id, boolean full, @Nullable StopText text) {
    if (tokenIds.contains(id)) {
      return FinishReason.STOP_TOKEN;
    }
    if (text != null && text.add(id)) {
      return FinishReason.STOP_STRING;
    }
    return full ? FinishReason.LENGTH : null;
  }
}
