package io.grpostream.policy.sampling;

import io.grpostream.policy.tokenizer.StreamingDecoder;
import java.util.List;

/**
 * One completion's text as far as stop strings need it: its end. So a token costs the same however
 * long the completion is.
 */
final class StopText {
  private final List<String> strings;
  private final int longest;
  private final StreamingDecoder decoder;
  private final StringBuilder end = new StringBuilder();

  StopText(List<String> strings, TextDecoder decoder) {
    this.strings = strings;
    this.longest = strings.stream().mapToInt(String::length).max().orElse(0);
    this.decoder = new StreamingDecoder(decoder::decode);
  }

  /** Takes the next token and says whether the text now contains a stop string. */
  boolean add(int id) {
    end.append(decoder.add(id));
    String text = end + decoder.waiting();
    // Before this token there was none, so the next to be found ends after what is there now.
    end.delete(0, Math.max(0, end.length() - longest + 1));
    return strings.stream().anyMatch(text::contains);
  }
}
