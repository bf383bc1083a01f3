package io.grpostream.kafka;

import io.grpostream.avro.Prompt;
import io.grpostream.records.Coordinates;
import io.grpostream.records.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/**
 * Prompts with the places where they stood in Kafka, for container files: the schema Prompt with
 * three more fields, so that whoever reads only prompts reads these too.
 */
final class PlacedPrompts {
  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";

  /** The places alone. */
  static final Schema PLACE = schema(List.of());

  /** Prompts and places. */
  static final Schema SCHEMA = schema(Prompt.getClassSchema().getFields());

  private PlacedPrompts() {}

  private static Schema schema(List<Schema.Field> promptFields) {
    List<Schema.Field> fields = new ArrayList<>();
    promptFields.forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field(TOPIC, Schema.create(Schema.Type.STRING)));
    fields.add(new Schema.Field(PARTITION, Schema.create(Schema.Type.INT)));
    fields.add(new Schema.Field(OFFSET, Schema.create(Schema.Type.LONG)));
    Schema prompt = Prompt.getClassSchema();
    return Schema.createRecord(
        prompt.getName(), prompt.getDoc(), prompt.getNamespace(), false, fields);
  }

  /** A record of the topic; empty if it is no prompt. */
  static Optional<IndexedRecord> of(RawRecord raw) {
    Prompt prompt;
    try {
      prompt = PromptCodec.toAvro(PromptContent.parse(raw.value()));
    } catch (UndecodableException e) {
      return Optional.empty();
    }
    GenericData.Record placed = new GenericData.Record(SCHEMA);
    for (Schema.Field field : prompt.getSchema().getFields()) {
      placed.put(field.name(), prompt.get(field.pos()));
    }
    placed.put(TOPIC, raw.at().topic());
    placed.put(PARTITION, raw.at().partition());
    placed.put(OFFSET, raw.at().offset());
    return Optional.of(placed);
  }

  /** A prompt and its place as a record of the topic again. */
  static RawRecord raw(Prompt prompt, GenericRecord place) {
    Coordinates at =
        new Coordinates(
            place.get(TOPIC).toString(), (int) place.get(PARTITION), (long) place.get(OFFSET));
    return new RawRecord(at, new byte[0], List.of(), PromptCodec.AVRO.encode(prompt));
  }
}
