package io.grpostream.kafka;

import io.grpostream.avro.Prompt;
import io.grpostream.avro.Rejected;
import io.grpostream.avro.Rollout;
import io.grpostream.avro.TrainingStep;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
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
   * topic rejected names. Keys and headers stay behind.
   *
   * @return how many were written
   */
  public long prompts(Path target) {
    return dump(topics.prompts(), Prompt.getClassSchema(), TopicDump::prompt, target);
  }

  /** The rollouts; returns how many. */
  public long rollouts(Path target) {
    return dump(
        topics.rollouts(),
        Rollout.getClassSchema(),
        value -> Optional.of(RolloutCodec.AVRO.decode(value)),
        target);
  }

  /** The ledger; returns how many steps. */
  public long trainingSteps(Path target) {
    return dump(
        topics.trainingSteps(),
        TrainingStep.getClassSchema(),
        value -> Optional.of(TrainingStepCodec.AVRO.decode(value)),
        target);
  }

  /** The rejected records; returns how many. */
  public long rejected(Path target) {
    return dump(
        topics.rejected(),
        Rejected.getClassSchema(),
        value -> Optional.of(RejectionCodec.AVRO.decode(value)),
        target);
  }

  private static Optional<Prompt> prompt(byte[] value) {
    try {
      return Optional.of(PromptCodec.toAvro(PromptContent.parse(value)));
    } catch (UndecodableException e) {
      return Optional.empty();
    }
  }

  private <A extends SpecificRecord> long dump(
      String topic, Schema schema, TopicReader.Decoder<Optional<A>> decoder, Path target) {
    long[] written = {0};
    try (TopicReader<Optional<A>> reader =
            new TopicReader<>(kafka, topic, decoder, IsolationLevel.READ_COMMITTED);
        DataFileWriter<A> file = new DataFileWriter<>(new SpecificDatumWriter<>(schema))) {
      file.setCodec(CodecFactory.deflateCodec(DEFLATE_LEVEL));
      file.create(schema, Files.newOutputStream(target));
      reader.readToEnd(
          value -> {
            if (value.isPresent()) {
              append(file, value.get());
              written[0]++;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new UserErrorException(
          "cannot write topic %s to %s: %s; is its disk full?".formatted(topic, target, e), e);
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
