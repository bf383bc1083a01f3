package io.grpostream.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding for one record type: the bytes C3 01, the schema's 64-bit
 * fingerprint (little-endian), the record (Avro 1.12 specification, "Single-object encoding").
 * Reads what any released schema wrote. Bytes come from strangers, so the whole record is walked
 * before anything is allocated: no length inside it can claim more than the record holds.
 */
final class SingleObject<A extends SpecificRecord> {
  private static final byte[] MARKER = {(byte) 0xC3, 0x01};
  private static final int HEADER_BYTES = MARKER.length + Long.BYTES;

  private final String name;
  private final SpecificData data;
  private final Schema reader;
  private final Map<Long, Schema> writers = new HashMap<>();
  private final BinaryMessageEncoder<A> encoder;

  SingleObject(Class<A> type) {
    this(type, ReleasedSchemas.of(type));
  }

  SingleObject(Class<A> type, List<Schema> released) {
    name = type.getSimpleName();
    data = SpecificData.getForClass(type);
    reader = data.getSchema(type);
    released.forEach(this::learn);
    learn(reader);
    encoder = new BinaryMessageEncoder<>(data, reader);
  }

  private void learn(Schema writer) {
    writers.put(SchemaNormalization.parsingFingerprint64(writer), writer);
  }

  /** Whether the bytes begin as single-object encoding does. JSON never does. */
  static boolean looksLike(byte[] bytes) {
    return bytes.length >= MARKER.length && bytes[0] == MARKER[0] && bytes[1] == MARKER[1];
  }

  byte[] encode(A record) {
    try {
      ByteBuffer buffer = encoder.encode(record);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException("encoding a " + name + " in memory failed", e);
    }
  }

  A decode(byte[] bytes) throws UndecodableException {
    if (!looksLike(bytes) || bytes.length < HEADER_BYTES) {
      throw new UndecodableException("it does not begin as Avro single-object encoding does");
    }
    long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(MARKER.length);
    Schema writer = writers.get(fingerprint);
    if (writer == null) {
      throw new UndecodableException(
          "its schema fingerprint %016x belongs to no %s schema known here"
              .formatted(fingerprint, name));
    }
    try {
      BinaryDecoder walk = body(bytes);
      walk(writer, walk);
      if (!walk.isEnd()) {
        throw new UndecodableException("bytes follow the " + name + "'s end");
      }
      return new SpecificDatumReader<A>(writer, reader, data).read(null, body(bytes));
    } catch (IOException | AvroRuntimeException | UnsupportedOperationException e) {
      throw new UndecodableException("it is not a whole " + name, e);
    }
  }

  private static BinaryDecoder body(byte[] bytes) {
    return DecoderFactory.get()
        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
  }

  /** Passes over one value without keeping anything of it; throws if the bytes end too early. */
  private static void walk(Schema schema, BinaryDecoder in) throws IOException {
    switch (schema.getType()) {
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          walk(field.schema(), in);
        }
      }
      case ARRAY -> {
        for (long n = in.readArrayStart(); n > 0; n = in.arrayNext()) {
          for (long i = 0; i < n; i++) {
            walk(schema.getElementType(), in);
          }
        }
      }
      case MAP -> {
        for (long n = in.readMapStart(); n > 0; n = in.mapNext()) {
          for (long i = 0; i < n; i++) {
            in.skipString();
            walk(schema.getValueType(), in);
          }
        }
      }
      case UNION -> walk(branch(schema, in.readIndex()), in);
      case STRING -> in.skipString();
      case BYTES -> in.skipBytes();
      case FIXED -> in.skipFixed(schema.getFixedSize());
      case ENUM -> in.readEnum();
      case INT -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case BOOLEAN -> in.readBoolean();
      case NULL -> in.readNull();
    }
  }

  private static Schema branch(Schema union, int index) throws IOException {
    if (index < 0 || index >= union.getTypes().size()) {
      throw new IOException("a union has no branch " + index);
    }
    return union.getTypes().get(index);
  }
}
