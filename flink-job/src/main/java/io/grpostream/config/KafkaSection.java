package io.grpostream.config;

import org.jspecify.annotations.Nullable;

/** {@code kafka}: the broker and the names on it. */
public record KafkaSection(
    @Key(
            means = "host:port list of the brokers; absent: a broker in this process",
            preset = Key.ABSENT)
        @Nullable String bootstrapServers,
    @Key(means = "put before every topic's name", preset = "''") String topicPrefix) {
  public KafkaSection {
    new Rules()
        .require(
            "bootstrap-servers",
            bootstrapServers,
            bootstrapServers != null
                && bootstrapServers.matches("[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*"),
            "it must be host:port, several with commas between",
            "leave it out to start a broker in this process")
        .require(
            "topic-prefix",
            topicPrefix,
            topicPrefix.matches("[A-Za-z0-9._-]{0,100}"),
            "it must be letters, digits, dots, dashes and underscores, at most 100",
            "Kafka allows nothing else in a topic's name")
        .check();
  }
}
