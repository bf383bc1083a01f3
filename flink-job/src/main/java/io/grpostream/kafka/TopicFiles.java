package io.grpostream.kafka;

import io.grpostream.avro.Rejected;
import io.grpostream.avro.Rollout;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Group;
import io.grpostream.records.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
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
      throw new UserErrorException(
          "cannot read %s: %s; give the folder of a run that has ended"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
