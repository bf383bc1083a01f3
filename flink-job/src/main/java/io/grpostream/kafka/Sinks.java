package io.grpostream.kafka;

import io.grpostream.records.Group;
import io.grpostream.records.Header;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.TrainingStep;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The pipeline's sinks, one per topic. Records that others count on (rollouts, ledger, rejected)
 * are written exactly once and show with the checkpoint; answers and policy versions are written at
 * once, and after a failure perhaps again.
 *
 * @param kafka where
 * @param topics what the topics are called
 * @param maxRecordBytes the largest record ({@link RecordLimit#bytes})
 * @param run the run's id, which no other run writing to these topics shares: it begins the
 *     transactional ids
 * @param transactionTimeout how long the broker keeps a transaction that nobody ends; what it takes
 *     back then must be written again
 * @param clock milliseconds since 1970, which become the records' timestamps
 */
public record Sinks(
    KafkaConnection kafka,
    Topics topics,
    int maxRecordBytes,
    String run,
    Duration transactionTimeout,
    SerializableSupplier<Long> clock) {
  private static final byte[] NO_KEY = {};
  private static final long DEFAULT_BUFFER_BYTES = 32L << 20;

  /** Sampled answers, with the prompt's key and headers; at least once. */
  public KafkaSink<SampledCompletion> completions() {
    return atLeastOnce(
        new RecordSerializer<>(
            topics.completions(),
            CompletionCodec::encode,
            sampled -> sampled.prompt().prompt().key(),
            sampled -> sampled.prompt().prompt().headers(),
            clock));
  }

  /** Scored groups, with the prompt's key; exactly once. */
  public Sink<Group> rollouts() {
    return exactlyOnce(
        topics.rollouts(), RolloutCodec::encode, group -> group.prompt().prompt().key());
  }

  /** The ledger; exactly once. */
  public Sink<TrainingStep> trainingSteps() {
    return exactlyOnce(topics.trainingSteps(), TrainingStepCodec::encode, step -> NO_KEY);
  }

  /** Announced policy versions, without any wait for company; at least once. */
  public KafkaSink<PolicyVersion> policyVersions() {
    return atLeastOnce(
        new RecordSerializer<>(
            topics.policyVersions(),
            PolicyVersionCodec::encode,
            version -> NO_KEY,
            version -> List.<Header>of(),
            clock));
  }

  /** Records that got no number and completions without a reward, with their key; exactly once. */
  public Sink<Rejection> rejected() {
    return exactlyOnce(topics.rejected(), RejectionCodec::encode, Rejection::key);
  }

  private <T> KafkaSink<T> atLeastOnce(RecordSerializer<T> serializer) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(kafka.bootstrapServers())
        .setKafkaProducerConfig(producer())
        .setRecordSerializer(serializer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build();
  }

  private <T> Sink<T> exactlyOnce(
      String topic, SerializableFunction<T, byte[]> value, SerializableFunction<T, byte[]> key) {
    return new TransactionalSink<>(
        KafkaSink.<T>builder()
            .setBootstrapServers(kafka.bootstrapServers())
            .setKafkaProducerConfig(producer())
            .setRecordSerializer(
                new RecordSerializer<>(topic, value, key, record -> List.<Header>of(), clock))
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(run + "-" + topic)
            .build());
  }

  private Properties producer() {
    Properties producer = kafka.clientProperties();
    producer.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    producer.setProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(maxRecordBytes));
    producer.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Long.toString(Math.max(DEFAULT_BUFFER_BYTES, 2L * maxRecordBytes)));
    producer.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(transactionTimeout.toMillis()));
    return producer;
  }
}
