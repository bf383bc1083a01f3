package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Makes the topics that are missing and checks those that exist, and the broker, against what this
 * configuration needs.
 *
 * @param topics their names
 * @param promptPartitions partitions of a prompts topic made here; all others have one
 * @param lockstep whether the prompts topic must have one partition, whoever made it
 * @param limit the largest record
 * @param transactionTimeout what the broker must allow
 */
public record TopicSetup(
    Topics topics,
    int promptPartitions,
    boolean lockstep,
    RecordLimit limit,
    Duration transactionTimeout) {
  /**
   * Afterwards every topic is there and fits.
   *
   * @throws UserErrorException if Kafka does not answer, or an existing topic or the broker does
   *     not fit
   */
  public void create(KafkaConnection kafka) {
    try (KafkaAdmin admin = KafkaAdmin.open(kafka)) {
      Set<String> existing = admin.answer(admin.client().listTopics().names());
      for (WantedTopic wanted : wanted()) {
        if (existing.contains(wanted.name()) || !wanted.make(admin)) {
          check(admin, wanted);
        }
      }
      checkTransactionTimeout(admin);
    }
  }

  private List<WantedTopic> wanted() {
    int bytes = limit.bytes();
    return List.of(
        WantedTopic.prompts(topics.prompts(), promptPartitions),
        new WantedTopic(topics.completions(), 1, bytes, false),
        new WantedTopic(topics.rollouts(), 1, bytes, true),
        new WantedTopic(topics.trainingSteps(), 1, bytes, true),
        new WantedTopic(topics.policyVersions(), 1, bytes, true),
        new WantedTopic(topics.rejected(), 1, bytes, true));
  }

  private void check(KafkaAdmin admin, WantedTopic wanted) {
    String name = wanted.name();
    TopicDescription topic =
        only(admin.answer(admin.client().describeTopics(List.of(name)).allTopicNames()));
    int partitions = topic.partitions().size();
    boolean prompts = name.equals(topics.prompts());
    if (partitions > 1 && prompts && lockstep) {
      throw new UserErrorException(
          ("topic %s has %d partitions; schedule.mode lockstep needs one, because it takes prompts"
                  + " in one order; use a topic with one partition, or schedule.mode live")
              .formatted(name, partitions));
    }
    if (partitions > 1 && wanted.keep()) {
      throw new UserErrorException(
          "topic %s has %d partitions; it needs one, because its records have an order; delete it or set kafka.topic-prefix"
              .formatted(name, partitions));
    }
    Config config = config(admin, new ConfigResource(ConfigResource.Type.TOPIC, name));
    if (!prompts) {
      checkMaxBytes(wanted, config);
    }
    String retention = config.get(TopicConfig.RETENTION_MS_CONFIG).value();
    if (wanted.keep() && !retention.equals(WantedTopic.FOR_EVER)) {
      throw new UserErrorException(
          ("topic %s has retention.ms %s; it must be -1, because a run is accounted for by all of"
                  + " its records; set it so, or set kafka.topic-prefix")
              .formatted(name, retention));
    }
  }

  private static void checkMaxBytes(WantedTopic wanted, Config config) {
    int maxBytes = Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
    if (maxBytes < wanted.maxBytes()) {
      throw new UserErrorException(
          ("topic %s takes records of %d bytes; this configuration can make %d; raise its"
                  + " max.message.bytes, or lower rollout.group-size or rollout.max-tokens")
              .formatted(wanted.name(), maxBytes, wanted.maxBytes()));
    }
  }

  private void checkTransactionTimeout(KafkaAdmin admin) {
    int broker = admin.answer(admin.client().describeCluster().nodes()).iterator().next().id();
    Config config =
        config(admin, new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker)));
    long allowed = Long.parseLong(config.get("transaction.max.timeout.ms").value());
    if (allowed < transactionTimeout.toMillis()) {
      throw new UserErrorException(
          ("kafka.transaction-timeout is %d ms; it must be at most the broker's"
                  + " transaction.max.timeout.ms, which is %d; lower the one or raise the other")
              .formatted(transactionTimeout.toMillis(), allowed));
    }
  }

  private static Config config(KafkaAdmin admin, ConfigResource resource) {
    return only(admin.answer(admin.client().describeConfigs(List.of(resource)).all()));
  }

  private static <T> T only(Map<?, T> asked) {
    return asked.values().iterator().next();
  }
}
