package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * How to reach Kafka.
 *
 * @param bootstrapServers host:port, several separated by commas
 * @param properties more client properties, such as those for TLS and SASL
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> properties)
    implements Serializable {
  public KafkaConnection {
    properties = new HashMap<>(properties);
  }

  public static KafkaConnection of(String bootstrapServers) {
    return new KafkaConnection(bootstrapServers, Map.of());
  }

  /** The version of Kafka's client. */
  public static String clientVersion() {
    return AppInfoParser.getVersion();
  }

  /**
   * Makes sure that a broker answers there.
   *
   * @throws UserErrorException if none does within 10 s
   */
  public void reach() {
    KafkaAdmin.open(this).close();
  }

  /**
   * Properties of a consumer that follows a topic which is quiet for seconds at a time: the broker
   * answers when there is a record, or once a second instead of twice, since every answer takes a
   * core from a team that computes. Not longer, because closing waits for the answer.
   */
  public Properties followerProperties() {
    Properties follower = clientProperties();
    follower.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "1000");
    return follower;
  }

  /** Properties that every client of this Kafka shares; a fresh copy. */
  public Properties clientProperties() {
    Properties client = new Properties();
    client.putAll(properties);
    client.setProperty("bootstrap.servers", bootstrapServers);
    return client;
  }
}
