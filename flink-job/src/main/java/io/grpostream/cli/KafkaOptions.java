package io.grpostream.cli;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Topics;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a pipeline's topics on a Kafka that is already there. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The brokers to read from, several with commas between.")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--topic-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "As kafka.topic-prefix of the run.")
  private String topicPrefix;

  /** Whether a broker was named. */
  boolean given() {
    return bootstrapServers != null;
  }

  /** The topics of the broker that was named, which must answer. */
  CommittedTopics topics() {
    KafkaConnection kafka = KafkaConnection.of(Objects.requireNonNull(bootstrapServers));
    kafka.reach();
    return new CommittedTopics(kafka, new Topics(topicPrefix));
  }
}
