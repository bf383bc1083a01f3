package io.grpostream.records;

/** A Kafka header, carried from a prompt to its completions. */
public record Header(String name, byte[] value) {}
