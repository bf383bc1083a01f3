package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

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
  /** What a producer with default settings can send. */
  private static final int DEFAULT_REQUEST_BYTES = 1_048_588;

  private static final String KEEP_FOR_EVER = "-1";

  /** One topic as this configuration wants it. */
  private record Wanted(String name, int partitions, int maxBytes, boolean keep) {
    NewTopic make() {
      Map<String, String> maxBytesOnly =
          Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxBytes));
      Map<String, String> configs =
          keep
              ? Map.of(
                  TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                  Integer.toString(maxBytes),
                  TopicConfig.RETENTION_MS_CONFIG,
                  KEEP_FOR_EVER)
              : maxBytesOnly;
      return new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
    }
  }

  /**
   * Afterwards every topic is there and fits.
   *
   * @throws UserErrorException if Kafka does not answer, or an existing topic or the broker does
   *     not fit
   */
  public void create(KafkaConnection kafka) {
    try (KafkaAdmin admin = KafkaAdmin.open(kafka)) {
      Set<String> existing = admin.answer(admin.client().listTopics().names());
      for (Wanted wanted : wanted()) {
        if (existing.contains(wanted.name()) || !make(admin, wanted)) {
          check(admin, wanted);
        }
      }
      checkTransactionTimeout(admin);
    }
  }

  private List<Wanted> wanted() {
    int bytes = limit.bytes();
    // Prompts beyond the limit must reach the pipeline, which rejects them by name.
    int promptBytes = (int) Math.min(4L * limit.prompt().maxBytes(), Integer.MAX_VALUE);
    List<Wanted> wanted = new ArrayList<>();
    wanted.add(
        new Wanted(
            topics.prompts(),
            promptPartitions,
            Math.max(promptBytes, DEFAULT_REQUEST_BYTES),
            false));
    wanted.add(new Wanted(topics.completions(), 1, bytes, false));
    wanted.add(new Wanted(topics.rollouts(), 1, bytes, true));
    wanted.add(new Wanted(topics.trainingSteps(), 1, bytes, true));
    wanted.add(new Wanted(topics.policyVersions(), 1, bytes, true));
    wanted.add(new Wanted(topics.rejected(), 1, bytes, true));
    return wanted;
  }

  /** False if someone else made it meanwhile. */
  private static boolean make(KafkaAdmin admin, Wanted wanted) {
    try {
      admin.await(admin.client().createTopics(List.of(wanted.make())).all());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw admin.refused(e);
    }
  }

  private void check(KafkaAdmin admin, Wanted wanted) {
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
    if (wanted.keep() && !retention.equals(KEEP_FOR_EVER)) {
      throw new UserErrorException(
          ("topic %s has retention.ms %s; it must be -1, because a run is accounted for by all of"
               + " its records; set it so, or set kafka.topic-prefix")
              .formatted(name, retention));
    }
  }

  private static void checkMaxBytes(Wanted wanted, Config config) {
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
