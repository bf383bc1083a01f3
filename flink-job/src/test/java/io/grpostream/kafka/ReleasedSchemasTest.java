package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.avro.Completion;
import io.grpostream.avro.PolicyVersion;
import io.grpostream.avro.Prompt;
import io.grpostream.avro.Rejected;
import io.grpostream.avro.Rollout;
import io.grpostream.avro.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

/**
 * Schemas may change, what was written stays readable. After changing a schema, put the new one
 * beside the released ones as the next number and its fingerprint here.
 */
class ReleasedSchemasTest {
  private static final List<Class<?>> TYPES =
      List.of(
          Prompt.class,
          Completion.class,
          Rollout.class,
          TrainingStep.class,
          PolicyVersion.class,
          Rejected.class);

  @Test
  void releasedSchemasNeverChange() {
    Map<String, String> fingerprints = new TreeMap<>();
    for (Class<?> type : TYPES) {
      int release = 1;
      for (Schema schema : ReleasedSchemas.of(type)) {
        fingerprints.put(type.getSimpleName() + "." + release++, fingerprint(schema));
      }
    }
    assertEquals(
        new TreeMap<>(
            Map.of(
                "Completion.1", "05c10cf6ad6ad69d",
                "PolicyVersion.1", "df6b6e8ccea0402d",
                "Prompt.1", "bc0cab6ebd2885fa",
                "Rejected.1", "2622c26e97b89039",
                "Rollout.1", "d5e2cbee8ca954ed",
                "TrainingStep.1", "7ae235a5afadb6a1",
                "TrainingStep.2", "389f754524754a57")),
        fingerprints);
  }

  @Test
  void whatIsWrittenTodayIsAmongThem() {
    for (Class<?> type : TYPES) {
      String today = fingerprint(SpecificData.get().getSchema(type));
      List<String> released =
          ReleasedSchemas.of(type).stream().map(ReleasedSchemasTest::fingerprint).toList();
      assertEquals(today, released.get(released.size() - 1), type.getSimpleName());
    }
  }

  @Test
  void todaysReadersReadThem() {
    for (Class<?> type : TYPES) {
      Schema today = SpecificData.get().getSchema(type);
      for (Schema released : ReleasedSchemas.of(type)) {
        SchemaCompatibilityType compatibility =
            SchemaCompatibility.checkReaderWriterCompatibility(today, released).getType();
        assertEquals(SchemaCompatibilityType.COMPATIBLE, compatibility, type.getSimpleName());
      }
    }
  }

  @Test
  void everyFieldSaysWhatItIs() {
    for (Class<?> type : TYPES) {
      assertDocumented(SpecificData.get().getSchema(type));
    }
  }

  private static void assertDocumented(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        assertTrue(schema.getDoc() != null, schema.getName());
        for (Schema.Field field : schema.getFields()) {
          assertTrue(field.doc() != null, schema.getName() + "." + field.name());
          assertDocumented(field.schema());
        }
      }
      case ARRAY -> assertDocumented(schema.getElementType());
      case UNION -> schema.getTypes().forEach(ReleasedSchemasTest::assertDocumented);
      default -> {}
    }
  }

  private static String fingerprint(Schema schema) {
    return "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema));
  }
}
