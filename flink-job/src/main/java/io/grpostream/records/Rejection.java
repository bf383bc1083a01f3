package io.grpostream.records;

/**
 * A record that got no prompt number, and why.
 *
 * @param at where it stands in Kafka
 * @param reason the kind
 * @param detail one sentence a person can act on
 * @param key its key, cut likewise; empty if it had none
 * @param value its bytes, cut to {@link #MAX_VALUE_BYTES}
 */
public record Rejection(Coordinates at, Reason reason, String detail, byte[] key, byte[] value) {
  /** A rejected record's key and value are kept up to this many bytes each. */
  public static final int MAX_VALUE_BYTES = 4096;

  /** Why a record was turned away. */
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
    TEMPLATE
  }
}
