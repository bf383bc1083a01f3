package io.grpostream.kafka;

import io.grpostream.avro.Prompt;
import io.grpostream.avro.Rejected;
import io.grpostream.avro.Rollout;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Group;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** Reads back the Avro container files that {@link TopicDump} wrote, whatever release it was of. */
public final class TopicFiles {
  /** What makes a record of ours of an Avro one. */
  @FunctionalInterface
  private interface FromAvro<A, T> {
    T convert(A avro) throws UndecodableException;
  }

  private TopicFiles() {}

  /** The scored groups, in the topic's order. */
  public static void rollouts(Path file, Consumer<Group> consumer) {
    read(file, Rollout.class, RolloutCodec::fromAvro, consumer);
  }

  /** The prompts with their places, in the topic's order; keys and headers are not there. */
  public static void prompts(Path file, Consumer<RawRecord> consumer) {
    // Two readers: of the prompts, and of the places beside them.
    GenericDatumReader<GenericRecord> placeOnly =
        new GenericDatumReader<>(null, PlacedPrompts.PLACE);
    try (DataFileReader<Prompt> prompts =
            new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(Prompt.class));
        DataFileReader<GenericRecord> places = new DataFileReader<>(file.toFile(), placeOnly)) {
      while (prompts.hasNext()) {
        consumer.accept(PlacedPrompts.raw(prompts.next(), places.next()));
      }
    } catch (IOException | AvroRuntimeException e) {
      throw unreadable(file, e);
    }
  }

  /** The rejected records, in the topic's order. */
  public static void rejected(Path file, Consumer<Rejection> consumer) {
    read(file, Rejected.class, RejectionCodec::fromAvro, consumer);
  }

  private static <A extends SpecificRecord, T> void read(
      Path file, Class<A> type, FromAvro<A, T> fromAvro, Consumer<T> consumer) {
    try (DataFileReader<A> in =
        new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(type))) {
      while (in.hasNext()) {
        consumer.accept(fromAvro.convert(in.next()));
      }
    } catch (IOException | AvroRuntimeException | UndecodableException e) {
      throw unreadable(file, e);
    }
  }

  private static UserErrorException unreadable(Path file, Exception e) {
    return new UserErrorException(
        "cannot read %s: %s; give the folder of a run that has ended"
            .formatted(file, e.getMessage()),
        e);
  }
}
