package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes a file's prompts onto a topic, each exactly once and in order. */
public final class PromptLoader {
  private static final long DEFAULT_REQUEST_BYTES = 1 << 20;
  private static final long DEFAULT_BUFFER_BYTES = 32 << 20;
  private static final long OVERHEAD_BYTES = 1024;

  private final List<PromptFile.Entry> entries;

  private PromptLoader(List<PromptFile.Entry> entries) {
    this.entries = entries;
  }

  /**
   * Reads and checks a file of JSON lines, or an Avro container file.
   *
   * @throws UserErrorException with file and line, if something in it is not a prompt
   */
  public static PromptLoader open(Path file) {
    return new PromptLoader(PromptFile.read(file));
  }

  /**
   * Reads a file without looking inside its lines or records: what is no prompt goes onto the topic
   * too, where the pipeline rejects it by name.
   *
   * @throws UserErrorException if the file cannot be read or is empty
   */
  public static PromptLoader openUnchecked(Path file) {
    return new PromptLoader(PromptFile.readUnchecked(file));
  }

  /** How many prompts the file holds; at least one. */
  public int size() {
    return entries.size();
  }

  /**
   * Writes exactly count prompts, repeating the file as often as it takes.
   *
   * @param topic where to; it exists
   * @param order of each epoch
   * @param start how many prompts of that endless sequence to leave out first
   * @param count how many to write
   * @throws UserErrorException if Kafka does not take one of them
   */
  public void load(KafkaConnection kafka, String topic, PromptOrder order, long start, long count) {
    if (start < 0 || count < 0) {
      throw new IllegalArgumentException("start " + start + " and count " + count + " must be ≥ 0");
    }
    AtomicReference<UserErrorException> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      int[] places = {};
      for (long position = start; position < start + count; position++) {
        int place = (int) (position % size());
        if (position == start || place == 0) {
          places = order.epoch(position / size(), size());
        }
        send(producer, topic, entries.get(places[place]), failure);
        if (failure.get() != null) {
          break;
        }
      }
    }
    UserErrorException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      PromptFile.Entry entry,
      AtomicReference<UserErrorException> failure) {
    Callback onEnd =
        (metadata, e) -> {
          if (e != null) {
            failure.compareAndSet(
                null,
                new UserErrorException(
                    "Kafka did not take %s onto topic %s: %s"
                        .formatted(entry.where(), topic, e.getMessage()),
                    e));
          }
        };
    Future<RecordMetadata> unused =
        producer.send(new ProducerRecord<>(topic, entry.value()), onEnd);
  }

  private KafkaProducer<byte[], byte[]> producer(KafkaConnection kafka) {
    long largest = entries.stream().mapToLong(entry -> entry.value().length).max().orElse(0);
    Properties properties = kafka.clientProperties();
    // A broker that has gone is told of soon; Kafka's presets try for two minutes.
    properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, "30000");
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        Long.toString(Math.max(DEFAULT_REQUEST_BYTES, largest + OVERHEAD_BYTES)));
    properties.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Long.toString(Math.max(DEFAULT_BUFFER_BYTES, largest + OVERHEAD_BYTES)));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
