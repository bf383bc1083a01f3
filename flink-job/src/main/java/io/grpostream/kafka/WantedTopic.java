package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * One topic as a pipeline needs it.
 *
 * @param name the topic's
 * @param partitions how many it gets if it is made here
 * @param maxBytes the largest record it takes
 * @param keep whether its records stay for ever, instead of as long as the broker's preset says
 */
record WantedTopic(String name, int partitions, int maxBytes, boolean keep) {
  /** The value of retention.ms that keeps records. */
  static final String FOR_EVER = "-1";

  /**
   * The prompts topic. It takes whatever a broker takes, because prompts beyond the record limit
   * must reach the pipeline, which rejects them by name.
   */
  static WantedTopic prompts(String name, int partitions) {
    return new WantedTopic(name, partitions, RecordLimit.LARGEST_REQUEST, false);
  }

  /**
   * Makes it.
   *
   * @return false if someone else made it meanwhile
   * @throws UserErrorException if the broker refuses
   */
  boolean make(KafkaAdmin admin) {
    try {
      admin.await(admin.client().createTopics(List.of(topic())).all());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw admin.refused(e);
    }
  }

  private NewTopic topic() {
    Map<String, String> configs = new TreeMap<>();
    configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxBytes));
    if (keep) {
      configs.put(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER);
    }
    return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
  }
}
