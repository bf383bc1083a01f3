package io.grpostream.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code kafka}: the broker, the names on it, and how long it waits for us. */
public record KafkaSection(
    @Key(
            means = "host:port list of the brokers; absent: a broker in this process",
            preset = Key.ABSENT)
        @Nullable String bootstrapServers,
    @Key(means = "put before every topic's name", preset = "''") String topicPrefix,
    @Key(
            means =
                "how long the broker keeps a transaction that nobody ends, and committed readers"
                    + " waiting behind it; absent: 1min, or twice checkpoint.interval if that is"
                    + " longer",
            preset = Key.ABSENT)
        @Nullable Duration transactionTimeout) {
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
        .require(
            "transaction-timeout",
            transactionTimeout,
            transactionTimeout != null && transactionTimeout.toMillis() >= 1000,
            "it must be at least 1s",
            "1min is usual; longer than the broker takes to restart")
        .check();
  }
}
