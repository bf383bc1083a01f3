package io.grpostream.kafka;

import io.grpostream.records.Coordinates;
import io.grpostream.records.RawRecord;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The most tokens that a prompt of a file has, from the entries of the most bytes. */
public final class LongestPrompt {
  /** Enough that one of them has the most tokens, or nearly. */
  private static final int LOOKED_AT = 32;

  private LongestPrompt() {}

  /**
   * Tokens of the longest prompt that fits; 0 if none of those looked at does.
   *
   * @throws io.grpostream.policy.UserErrorException if the file cannot be read
   */
  public static int tokens(Path file, PromptDecoder decoder) {
    return PromptFile.readUnchecked(file).stream()
        .map(PromptFile.Entry::value)
        .sorted(Comparator.comparingInt((byte[] value) -> value.length).reversed())
        .limit(LOOKED_AT)
        .map(value -> decoder.decode(raw(file, value)))
        .filter(PromptDecoder.Accepted.class::isInstance)
        .mapToInt(result -> ((PromptDecoder.Accepted) result).prompt().ids().length)
        .max()
        .orElse(0);
  }

  private static RawRecord raw(Path file, byte[] value) {
    return new RawRecord(new Coordinates(file.toString(), 0, 0), new byte[0], List.of(), value);
  }
}
