package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
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
  /** Longer than any healthy cluster takes to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      Set<String> existing = answer(kafka, admin.listTopics().names());
      for (Wanted wanted : wanted()) {
        if (existing.contains(wanted.name()) || !make(kafka, admin, wanted)) {
          check(kafka, admin, wanted);
        }
      }
      checkTransactionTimeout(kafka, admin);
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
  private static boolean make(KafkaConnection kafka, Admin admin, Wanted wanted) {
    try {
      await(kafka, admin.createTopics(List.of(wanted.make())).all());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw refused(kafka, e);
    }
  }

  private void check(KafkaConnection kafka, Admin admin, Wanted wanted) {
    String name = wanted.name();
    TopicDescription topic =
        only(answer(kafka, admin.describeTopics(List.of(name)).allTopicNames()));
    int partitions = topic.partitions().size();
    boolean prompts = name.equals(topics.prompts());
    if (partitions > 1 && prompts && lockstep) {
      throw new UserErrorException(
          ("topic %s has %d partitions; schedule.mode lockstep needs one, because it takes prompts in"
                  + " one order; use a topic with one partition, or schedule.mode live")
              .formatted(name, partitions));
    }
    if (partitions > 1 && isOrdered(name)) {
      throw new UserErrorException(
          "topic %s has %d partitions; it needs one, because its records have an order; delete it or set kafka.topic-prefix"
              .formatted(name, partitions));
    }
    if (!prompts) {
      checkMaxBytes(kafka, admin, wanted);
    }
  }

  private boolean isOrdered(String name) {
    return name.equals(topics.trainingSteps()) || name.equals(topics.policyVersions());
  }

  private static void checkMaxBytes(KafkaConnection kafka, Admin admin, Wanted wanted) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
    int maxBytes =
        Integer.parseInt(value(kafka, admin, resource, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    if (maxBytes < wanted.maxBytes()) {
      throw new UserErrorException(
          ("topic %s takes records of %d bytes; this configuration can make %d; raise its"
                  + " max.message.bytes, or lower rollout.group-size or rollout.max-tokens")
              .formatted(wanted.name(), maxBytes, wanted.maxBytes()));
    }
  }

  private void checkTransactionTimeout(KafkaConnection kafka, Admin admin) {
    int broker = answer(kafka, admin.describeCluster().nodes()).iterator().next().id();
    ConfigResource resource =
        new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker));
    long allowed = Long.parseLong(value(kafka, admin, resource, "transaction.max.timeout.ms"));
    if (allowed < transactionTimeout.toMillis()) {
      throw new UserErrorException(
          "the broker's transaction.max.timeout.ms is %d; exactly-once sinks need %d; raise it"
              .formatted(allowed, transactionTimeout.toMillis()));
    }
  }

  private static String value(
      KafkaConnection kafka, Admin admin, ConfigResource resource, String key) {
    Config config = only(answer(kafka, admin.describeConfigs(List.of(resource)).all()));
    return config.get(key).value();
  }

  private static <T> T only(Map<?, T> asked) {
    return asked.values().iterator().next();
  }

  private static <T> T answer(KafkaConnection kafka, KafkaFuture<T> future) {
    try {
      return await(kafka, future);
    } catch (ExecutionException e) {
      throw refused(kafka, e);
    }
  }

  private static <T> T await(KafkaConnection kafka, KafkaFuture<T> future)
      throws ExecutionException {
    try {
      return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UserErrorException(
          "Kafka at %s did not answer within %d s; check kafka.bootstrap-servers and that a broker runs there"
              .formatted(kafka.bootstrapServers(), PATIENCE.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  private static UserErrorException refused(KafkaConnection kafka, ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new UserErrorException(
        "Kafka at %s refused to set up topics: %s"
            .formatted(kafka.bootstrapServers(), cause.getMessage()),
        e);
  }
}
