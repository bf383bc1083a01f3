package io.grpostream.kafka;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * From where to where a partition holds records.
 *
 * @param start offset of its first record
 * @param end the offset that its next record will have
 */
public record TopicRange(String topic, int partition, long start, long end) {
  /** The ranges of all partitions of these topics, in order; none of a topic that is not there. */
  public static List<TopicRange> of(KafkaConnection kafka, List<String> topics) {
    Properties properties = kafka.clientProperties();
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      return partitions.stream()
          .map(at -> range(at, starts, ends))
          .sorted(Comparator.comparing(TopicRange::topic).thenComparingInt(TopicRange::partition))
          .toList();
    }
  }

  private static TopicRange range(
      TopicPartition at, Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
    return new TopicRange(
        at.topic(),
        at.partition(),
        Objects.requireNonNull(starts.get(at)),
        Objects.requireNonNull(ends.get(at)));
  }
}
