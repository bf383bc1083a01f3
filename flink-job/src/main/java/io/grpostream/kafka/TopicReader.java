package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic's records from the beginning, in no consumer group: all partitions, each in its
 * order. For one thread, apart from {@link #wakeup}.
 */
public final class TopicReader<T> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final String topic;
  private final PlacedDecoder<T> decoder;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** What makes a value of a record's bytes; a record without a value has none. */
  @FunctionalInterface
  public interface Decoder<T> {
    T decode(byte[] value) throws UndecodableException;
  }

  /** What makes a value of a whole Kafka record. */
  @FunctionalInterface
  private interface PlacedDecoder<T> {
    T decode(ConsumerRecord<byte[], byte[]> record) throws UndecodableException;
  }

  /**
   * @param isolation whether to wait for transactions to commit, or see what may yet be undone
   */
  public TopicReader(
      KafkaConnection kafka, String topic, Decoder<T> decoder, IsolationLevel isolation) {
    this(
        kafka,
        topic,
        isolation,
        record -> decoder.decode(RawRecordDeserializer.orEmpty(record.value())));
  }

  private TopicReader(
      KafkaConnection kafka, String topic, IsolationLevel isolation, PlacedDecoder<T> decoder) {
    this.topic = topic;
    this.decoder = decoder;
    consumer = consumer(kafka.followerProperties(), isolation);
  }

  /**
   * One in no group that reads from the beginning unless it is told from where.
   *
   * @param properties the caller's copy, which is added to
   */
  static KafkaConsumer<byte[], byte[]> consumer(Properties properties, IsolationLevel isolation) {
    properties.setProperty(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads the prompts as they stand in Kafka. */
  public static TopicReader<RawRecord> prompts(
      KafkaConnection kafka, Topics topics, IsolationLevel isolation) {
    return new TopicReader<>(kafka, topics.prompts(), isolation, RawRecordDeserializer::raw);
  }

  /** Reads the scored groups. */
  public static TopicReader<Group> rollouts(
      KafkaConnection kafka, Topics topics, IsolationLevel isolation) {
    return new TopicReader<>(kafka, topics.rollouts(), RolloutCodec::decode, isolation);
  }

  /** Reads the ledger. */
  public static TopicReader<TrainingStep> trainingSteps(
      KafkaConnection kafka, Topics topics, IsolationLevel isolation) {
    return new TopicReader<>(kafka, topics.trainingSteps(), TrainingStepCodec::decode, isolation);
  }

  /** Reads the announced policy versions. */
  public static TopicReader<PolicyVersion> policyVersions(
      KafkaConnection kafka, Topics topics, IsolationLevel isolation) {
    return new TopicReader<>(kafka, topics.policyVersions(), PolicyVersionCodec::decode, isolation);
  }

  /** Reads the records that got no number. */
  public static TopicReader<Rejection> rejected(
      KafkaConnection kafka, Topics topics, IsolationLevel isolation) {
    return new TopicReader<>(kafka, topics.rejected(), RejectionCodec::decode, isolation);
  }

  /**
   * The next records, waiting for the first up to a time; may be none.
   *
   * @throws WakeupException after {@link #wakeup}
   */
  public List<T> poll(Duration timeout) {
    if (consumer.assignment().isEmpty()) {
      assign();
    }
    List<T> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> kafka : consumer.poll(timeout)) {
      records.add(decode(kafka));
    }
    return records;
  }

  /** Hands over everything up to where the topic ends now. */
  public void readToEnd(Consumer<T> sink) {
    assign();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      poll(POLL).forEach(sink);
    }
  }

  /** How many offsets at the beginning are gone, over all partitions. */
  long deleted() {
    assign();
    return consumer.beginningOffsets(consumer.assignment()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** Ends a poll that waits, from any thread. */
  public void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE));
  }

  private void assign() {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      throw new UserErrorException("there is no topic " + topic + "; create it first");
    }
    consumer.assign(
        partitions.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList());
  }

  private T decode(ConsumerRecord<byte[], byte[]> kafka) {
    try {
      return decoder.decode(kafka);
    } catch (UndecodableException e) {
      throw new UserErrorException(
          "record %s-%d@%d cannot be read: %s; only grpo-stream may write to this topic: set kafka.topic-prefix"
              .formatted(topic, kafka.partition(), kafka.offset(), e.detail()),
          e);
    }
  }
}
