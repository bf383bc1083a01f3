package io.grpostream.kafka;

import io.grpostream.records.Header;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka records of ours. Their time is the clock's: a window's output carries Flink's largest
 * timestamp, which Kafka refuses.
 *
 * @param topic where they go
 * @param value the record's bytes
 * @param key its key; an empty one becomes none
 * @param headers its headers
 * @param clock milliseconds since 1970
 */
record RecordSerializer<T>(
    String topic,
    SerializableFunction<T, byte[]> value,
    SerializableFunction<T, byte[]> key,
    SerializableFunction<T, List<Header>> headers,
    SerializableSupplier<Long> clock)
    implements KafkaRecordSerializationSchema<T> {
  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T element, KafkaSinkContext context, @Nullable Long timestamp) {
    byte[] keyBytes = key.apply(element);
    RecordHeaders kafkaHeaders = new RecordHeaders();
    for (Header header : headers.apply(element)) {
      kafkaHeaders.add(header.name(), header.value());
    }
    return new ProducerRecord<>(
        topic,
        null,
        clock.get(),
        keyBytes.length == 0 ? null : keyBytes,
        value.apply(element),
        kafkaHeaders);
  }
}
