package io.grpostream.records;

import java.util.List;
import java.util.Map;

/**
 * A decoded prompt that fits.
 *
 * @param at where it stands in Kafka
 * @param key the record's key; empty if it had none
 * @param headers the record's headers
 * @param text the text that is tokenized: the prompt itself, or the messages rendered by the chat
 *     template
 * @param fields everything else the prompt carried ({@code answer} among them), for reward
 *     functions
 * @param ids token ids of the text, at least one
 */
public record Prompt(
    Coordinates at,
    byte[] key,
    List<Header> headers,
    String text,
    Map<String, String> fields,
    int[] ids) {}
