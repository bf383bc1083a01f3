package io.grpostream.kafka;

import io.grpostream.avro.Rejected;
import io.grpostream.avro.Rollout;
import io.grpostream.avro.TrainingStep;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.IsolationLevel;

/**
 * Copies what a topic holds, as far as it is committed, into an Avro container file: what outlives
 * a local broker.
 */
public final class TopicDump {
  private static final int DEFLATE_LEVEL = 6;

  private final KafkaConnection kafka;
  private final Topics topics;

  public TopicDump(KafkaConnection kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * The prompts, JSON ones too, in the schema Prompt; without those that cannot be decoded, which
   * topic rejected names. Each has its place beside it; keys and headers stay behind.
   *
   * @return how many were written
   */
  public long prompts(Path target) {
    return dump(
        TopicReader.prompts(kafka, topics, IsolationLevel.READ_COMMITTED),
        PlacedPrompts.SCHEMA,
        PlacedPrompts::of,
        target);
  }

  /** The rollouts; returns how many. */
  public long rollouts(Path target) {
    return dump(
        reader(topics.rollouts(), RolloutCodec.AVRO::decode),
        Rollout.getClassSchema(),
        Optional::of,
        target);
  }

  /** The ledger; returns how many steps. */
  public long trainingSteps(Path target) {
    return dump(
        reader(topics.trainingSteps(), TrainingStepCodec.AVRO::decode),
        TrainingStep.getClassSchema(),
        Optional::of,
        target);
  }

  /** The rejected records; returns how many. */
  public long rejected(Path target) {
    return dump(
        reader(topics.rejected(), RejectionCodec.AVRO::decode),
        Rejected.getClassSchema(),
        Optional::of,
        target);
  }

  private <A> TopicReader<A> reader(String topic, TopicReader.Decoder<A> decoder) {
    return new TopicReader<>(kafka, topic, decoder, IsolationLevel.READ_COMMITTED);
  }

  /** Closes the topic. */
  private static <T, A extends IndexedRecord> long dump(
      TopicReader<T> topic, Schema schema, Function<T, Optional<A>> toAvro, Path target) {
    long[] written = {0};
    try (topic;
        DataFileWriter<A> file = new DataFileWriter<>(new SpecificDatumWriter<>(schema))) {
      file.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
      file.create(schema, Files.newOutputStream(target));
      topic.readToEnd(
          value -> {
            Optional<A> record = toAvro.apply(value);
            if (record.isPresent()) {
              append(file, record.get());
              written[0]++;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new UserErrorException(
          "cannot write a topic to %s: %s; is its disk full?".formatted(target, e), e);
    }
    return written[0];
  }

  private static <A> void append(DataFileWriter<A> file, A value) {
    try {
      file.append(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
