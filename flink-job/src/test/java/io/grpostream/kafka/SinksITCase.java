package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.local.LocalBroker;
import io.grpostream.records.Group;
import io.grpostream.records.Header;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.TrainingStep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job puts into the sinks is committed to the topics with key, headers and the clock's time.
 */
class SinksITCase {
  private static final long NOON = 1_780_000_000_000L;
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(1);
  private static final RecordLimit LIMIT =
      new RecordLimit(new PromptLimits(64, 100_000), 8, 64, 256, 3, 4);

  @TempDir Path dir;

  @Test
  void everyTopicGetsItsRecords() throws Exception {
    RandomRecords random = new RandomRecords(9);
    Group group = random.group(3);
    SampledCompletion sampled = group.completions().get(1).sampled();
    TrainingStep step = random.step(2);
    PolicyVersion version = random.version();
    Rejection rejection = random.rejection();
    try (LocalBroker broker = LocalBroker.start(dir.resolve("kafka"))) {
      KafkaConnection kafka = KafkaConnection.of(broker.bootstrapServers());
      Topics topics = new Topics("");
      new TopicSetup(topics, 1, true, LIMIT, TRANSACTION_TIMEOUT).create(kafka);
      Sinks sinks = sinks(kafka, topics);
      StreamExecutionEnvironment env = environment();
      write(env, sampled, SampledCompletion.class, sinks.completions());
      write(env, group, Group.class, sinks.rollouts());
      write(env, step, TrainingStep.class, sinks.trainingSteps());
      write(env, version, PolicyVersion.class, sinks.policyVersions());
      write(env, rejection, Rejection.class, sinks.rejected());
      env.execute();

      ConsumerRecord<byte[], byte[]> completion = only(kafka, topics.completions());
      assertArrayEquals(CompletionCodec.encode(sampled), completion.value());
      assertEquals(NOON, completion.timestamp());
      List<Header> headers = RawRecordDeserializer.raw(completion).headers();
      Deep.assertSame(sampled.prompt().prompt().headers(), headers);
      Deep.assertSame(sampled.prompt().prompt().key(), RawRecordDeserializer.raw(completion).key());
      Deep.assertSame(group, RolloutCodec.decode(only(kafka, topics.rollouts()).value()));
      Deep.assertSame(step, TrainingStepCodec.decode(only(kafka, topics.trainingSteps()).value()));
      assertEquals(
          version, PolicyVersionCodec.decode(only(kafka, topics.policyVersions()).value()));
      Deep.assertSame(rejection, RejectionCodec.decode(only(kafka, topics.rejected()).value()));
    }
  }

  private static Sinks sinks(KafkaConnection kafka, Topics topics) {
    return new Sinks(kafka, topics, LIMIT.bytes(), "run", TRANSACTION_TIMEOUT, () -> NOON);
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    env.enableCheckpointing(500);
    return env;
  }

  /** With the timestamp that a global window's output carries. */
  private static <T> void write(
      StreamExecutionEnvironment env, T record, Class<T> type, Sink<T> sink) {
    DataStream<T> records = env.fromData(List.of(record), TypeInformation.of(type));
    records
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<T>noWatermarks()
                .withTimestampAssigner((element, timestamp) -> Long.MAX_VALUE))
        .sinkTo(sink)
        .name(type.getSimpleName());
  }

  /** The only record committed to a topic. */
  private static ConsumerRecord<byte[], byte[]> only(KafkaConnection kafka, String topic) {
    Properties properties = kafka.clientProperties();
    properties.putAll(Map.of("isolation.level", "read_committed", "auto.offset.reset", "earliest"));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    assertEquals(1, records.size(), topic);
    return records.get(0);
  }
}
