package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.records.Coordinates;
import io.grpostream.records.Header;
import io.grpostream.records.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Kafka's records pass as they are, and Flink serializes them without Kryo. */
class RawRecordDeserializerTest {
  private static RawRecord read(byte[] key, byte[] value, RecordHeaders headers) {
    List<RawRecord> out = new ArrayList<>();
    new RawRecordDeserializer()
        .deserialize(
            new ConsumerRecord<>(
                "prompts",
                2,
                17,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty()),
            new ListCollector<>(out));
    assertEquals(1, out.size());
    return out.get(0);
  }

  @Test
  void keepsEverything() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[] {1}).add("a", new byte[] {2});
    Deep.assertSame(
        new RawRecord(
            new Coordinates("prompts", 2, 17),
            new byte[] {3},
            List.of(new Header("a", new byte[] {1}), new Header("a", new byte[] {2})),
            new byte[] {4, 5}),
        read(new byte[] {3}, new byte[] {4, 5}, headers));
  }

  @Test
  @SuppressWarnings("NullAway") // Kafka's records may lack any of these.
  void whatIsAbsentIsEmpty() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", null);
    Deep.assertSame(
        new RawRecord(
            new Coordinates("prompts", 2, 17),
            new byte[0],
            List.of(new Header("a", new byte[0])),
            new byte[0]),
        read(null, null, headers));
  }

  @Test
  void flinkSerializesItWithoutKryo() throws Exception {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    TypeSerializer<RawRecord> serializer =
        new RawRecordDeserializer().getProducedType().createSerializer(config);
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", new byte[] {1});
    RawRecord raw = read(new byte[] {3}, new byte[] {4, 5}, headers);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(raw, out);
    Deep.assertSame(raw, serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())));
  }
}
