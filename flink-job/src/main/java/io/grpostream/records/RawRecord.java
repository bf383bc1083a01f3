package io.grpostream.records;

import java.util.List;

/**
 * A record of the prompts topic before anyone has looked inside.
 *
 * @param at where it stands in Kafka
 * @param key its key; empty if it had none
 * @param headers its headers, in order
 * @param value its bytes; empty for a record without a value
 */
public record RawRecord(Coordinates at, byte[] key, List<Header> headers, byte[] value) {}
