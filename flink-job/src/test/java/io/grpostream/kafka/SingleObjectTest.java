package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.avro.PolicyVersion;
import io.grpostream.avro.Prompt;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

/** The framing is Avro's own, old schemas are read, and no bytes harm. */
class SingleObjectTest {
  private static final SingleObject<Prompt> PROMPT = new SingleObject<>(Prompt.class);

  private static Prompt prompt() {
    return new Prompt("1+1=", null, Map.of("answer", "2", "ü", ""));
  }

  @Test
  void agreesWithAvrosOwnReaderAndWriter() throws Exception {
    byte[] ours = PROMPT.encode(prompt());
    assertEquals(prompt(), Prompt.getDecoder().decode(ByteBuffer.wrap(ours)));
    ByteBuffer theirs = Prompt.getEncoder().encode(prompt());
    assertEquals(prompt(), PROMPT.decode(AvroValues.bytes(theirs)));
  }

  @Test
  void readsWhatAnOlderSchemaWrote() throws Exception {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Prompt", "namespace": "io.grpostream.avro",
                 "fields": [{"name": "prompt", "type": "string"}]}""");
    GenericData.Record record = new GenericData.Record(older);
    record.put("prompt", "from long ago");
    byte[] bytes =
        AvroValues.bytes(
            new BinaryMessageEncoder<GenericData.Record>(GenericData.get(), older).encode(record));
    SingleObject<Prompt> knowing = new SingleObject<>(Prompt.class, List.of(older));
    assertEquals(new Prompt("from long ago", null, Map.of()), knowing.decode(bytes));
    UndecodableException e = assertThrows(UndecodableException.class, () -> PROMPT.decode(bytes));
    assertEquals(
        "its schema fingerprint %016x belongs to no Prompt schema known here"
            .formatted(SchemaNormalization.parsingFingerprint64(older)),
        e.detail());
  }

  @Test
  void refusesEveryTruncationAndEveryExtension() {
    byte[] bytes = PROMPT.encode(prompt());
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(UndecodableException.class, () -> PROMPT.decode(cut), "at " + length);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(UndecodableException.class, () -> PROMPT.decode(longer));
  }

  @Test
  void changedBytesGiveARecordOrAnUndecodableException() {
    byte[] bytes = new SingleObject<>(Prompt.class).encode(prompt());
    Random random = new Random(7);
    int refused = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] changed = bytes.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        changed[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt();
      }
      try {
        PROMPT.decode(changed);
      } catch (UndecodableException e) {
        refused++;
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  @Test
  void believesNoLengthThatTheRecordCannotHold() throws Exception {
    for (long claim : new long[] {Integer.MAX_VALUE - 8, 1L << 40, -1, Long.MIN_VALUE}) {
      // prompt: a string of the claimed length
      assertRefused(out -> out.writeLong(1), out -> out.writeLong(claim));
      // messages: an array of the claimed length
      assertRefused(out -> out.writeLong(0), out -> out.writeLong(1), out -> out.writeLong(claim));
      // fields: a map of the claimed length
      assertRefused(out -> out.writeLong(0), out -> out.writeLong(0), out -> out.writeLong(claim));
    }
  }

  @Test
  void doesNotTakeAnotherTopicsRecord() {
    byte[] version =
        new SingleObject<>(PolicyVersion.class)
            .encode(new PolicyVersion("r", "l", 0L, "s", "", "u", 0L));
    assertThrows(UndecodableException.class, () -> PROMPT.decode(version));
  }

  private interface Part {
    void write(BinaryEncoder out) throws Exception;
  }

  private static void assertRefused(Part... parts) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long fingerprint = SchemaNormalization.parsingFingerprint64(Prompt.getClassSchema());
    bytes.write(new byte[] {(byte) 0xC3, 1});
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(fingerprint).array());
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    for (Part part : parts) {
      part.write(out);
    }
    out.flush();
    assertThrows(UndecodableException.class, () -> PROMPT.decode(bytes.toByteArray()));
  }
}
