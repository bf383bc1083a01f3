package io.grpostream.kafka;

import io.grpostream.records.Coordinates;
import io.grpostream.records.Header;
import io.grpostream.records.RawRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Passes the bytes of each Kafka record on as they are, so that a record nobody can read is
 * rejected downstream, by name, instead of failing the source.
 */
public final class RawRecordDeserializer implements KafkaRecordDeserializationSchema<RawRecord> {
  private static final byte[] EMPTY = {};

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
    out.collect(raw(kafka));
  }

  static RawRecord raw(ConsumerRecord<byte[], byte[]> kafka) {
    List<Header> headers = new ArrayList<>();
    for (org.apache.kafka.common.header.Header header : kafka.headers()) {
      headers.add(new Header(header.key(), orEmpty(header.value())));
    }
    return new RawRecord(
        new Coordinates(kafka.topic(), kafka.partition(), kafka.offset()),
        orEmpty(kafka.key()),
        headers,
        orEmpty(kafka.value()));
  }

  static byte[] orEmpty(byte @Nullable [] bytes) {
    return bytes == null ? EMPTY : bytes;
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
