package io.grpostream.kafka;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * A topic's committed records, read by a consumer in no group. A broker that is away is waited for.
 * For one thread.
 */
final class CommittedLog<T> implements TopicLog<T> {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ASK = Duration.ofSeconds(1);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final TopicPartition partition;
  private final TopicReader.Decoder<T> decoder;
  private final KafkaConsumer<byte[], byte[]> committed;

  /** Knows where the topic ends; to a reader of committed records it ends before them. */
  private final KafkaConsumer<byte[], byte[]> everything;

  CommittedLog(KafkaConnection kafka, String topic, TopicReader.Decoder<T> decoder) {
    this.partition = new TopicPartition(topic, 0);
    this.decoder = decoder;
    committed = TopicReader.consumer(kafka.clientProperties(), IsolationLevel.READ_COMMITTED);
    everything = TopicReader.consumer(kafka.clientProperties(), IsolationLevel.READ_UNCOMMITTED);
    committed.assign(List.of(partition));
  }

  @Override
  public long read(long from, Predicate<T> visitor, StopSignal stop) throws StoppedException {
    long end = end(stop);
    // A topic that was made anew begins at its beginning.
    committed.seek(partition, from <= end ? from : 0);
    boolean more = true;
    while (more && committed.position(partition) < end) {
      stop.check();
      for (ConsumerRecord<byte[], byte[]> record : committed.poll(POLL)) {
        more &= visit(record, visitor);
      }
    }
    return committed.position(partition);
  }

  private boolean visit(ConsumerRecord<byte[], byte[]> record, Predicate<T> visitor) {
    try {
      return visitor.test(decoder.decode(RawRecordDeserializer.orEmpty(record.value())));
    } catch (UndecodableException e) {
      // Not one of ours: nobody waits for it.
      return true;
    }
  }

  private long end(StopSignal stop) throws StoppedException {
    while (true) {
      stop.check();
      try {
        return Objects.requireNonNull(
            everything.endOffsets(List.of(partition), ASK).get(partition));
      } catch (RetriableException e) {
        // The broker is away: there is nothing to do but to ask again.
      }
    }
  }

  @Override
  public void close() {
    committed.close(CloseOptions.timeout(CLOSE));
    everything.close(CloseOptions.timeout(CLOSE));
  }
}
