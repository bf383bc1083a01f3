package io.grpostream.records;

import java.util.Arrays;

/**
 * A record that got no prompt number, or a completion without a reward, and why.
 *
 * @param at where the record, or the completion's prompt, stands in Kafka
 * @param reason the kind
 * @param detail one sentence a person can act on, cut to {@link #MAX_DETAIL_CHARS}
 * @param key the record's key, cut likewise; empty if it had none
 * @param value the record's bytes, or the completion's text in UTF-8, cut to {@link
 *     #MAX_VALUE_BYTES}
 */
public record Rejection(Coordinates at, Reason reason, String detail, byte[] key, byte[] value) {
  /** A key and a value are kept up to this many bytes each. */
  public static final int MAX_VALUE_BYTES = 4096;

  /** A detail may quote what a stranger's template or reward function says. */
  public static final int MAX_DETAIL_CHARS = 1000;

  public Rejection {
    detail =
        detail.length() <= MAX_DETAIL_CHARS ? detail : detail.substring(0, MAX_DETAIL_CHARS) + "…";
    key = cut(key);
    value = cut(value);
  }

  private static byte[] cut(byte[] bytes) {
    return bytes.length <= MAX_VALUE_BYTES ? bytes : Arrays.copyOf(bytes, MAX_VALUE_BYTES);
  }

  /** Why a record was turned away, or a completion is without a reward. */
  public enum Reason {
    /**
     * Neither Avro single-object encoding of a known prompt schema nor JSON with "prompt" or
     * "messages".
     */
    UNDECODABLE,
    /** No text, or text without a token. */
    EMPTY,
    /** More tokens than policy.max-prompt-tokens. */
    TOO_LONG,
    /** More bytes than the record limit. */
    TOO_LARGE,
    /** The chat template refused the messages. */
    TEMPLATE,
    /** A completion that no reward function could score. */
    UNSCORABLE,
    /** A completion on which a reward function threw, or gave something that is no number. */
    REWARD_FAILED;

    /** Whether it is a completion that was turned away; its prompt has a number and is trained. */
    public boolean ofCompletion() {
      return this == UNSCORABLE || this == REWARD_FAILED;
    }
  }
}
