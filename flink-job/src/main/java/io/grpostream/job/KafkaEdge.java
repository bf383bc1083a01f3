package io.grpostream.job;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PolicyFeed;
import io.grpostream.kafka.RawRecordDeserializer;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.Sinks;
import io.grpostream.kafka.TopicLogs;
import io.grpostream.kafka.TopicSetup;
import io.grpostream.kafka.Topics;
import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.pipeline.KeptSink;
import io.grpostream.pipeline.PipelineSinks;
import io.grpostream.records.RawRecord;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a pipeline meets Kafka: its topics, source, sinks and feed.
 *
 * @param place the broker, the topics and the run
 * @param limit the largest record
 * @param transactionTimeout how long the broker keeps a transaction that nobody ends
 */
public record KafkaEdge(RunPlace place, RecordLimit limit, Duration transactionTimeout) {
  /**
   * Makes the topics that are missing, and checks that all fit.
   *
   * @param lockstep whether the prompts topic must have one partition
   */
  public void setUpTopics(boolean lockstep) {
    new TopicSetup(place.topics(), 1, lockstep, limit, transactionTimeout).create(place.kafka());
  }

  /**
   * Reads prompts.
   *
   * @param offset the first one's place in the topic; negative for all that are there
   */
  public KafkaSource<RawRecord> source(long offset) {
    TopicPartition first = new TopicPartition(place.topics().prompts(), 0);
    return KafkaSource.<RawRecord>builder()
        .setProperties(place.kafka().followerProperties())
        .setTopics(place.topics().prompts())
        .setGroupId(place.run())
        .setStartingOffsets(
            offset < 0
                ? OffsetsInitializer.earliest()
                : OffsetsInitializer.offsets(Map.of(first, offset)))
        // While the gate is shut the reader's committed offset is stale; lag is measured by prompts
        // numbered.
        .setProperty("commit.offsets.on.checkpoint", "false")
        .setDeserializer(new RawRecordDeserializer())
        .build();
  }

  /** Writes all of a pipeline's topics. */
  public PipelineSinks sinks() {
    Sinks sinks =
        new Sinks(
            place.kafka(),
            place.topics(),
            limit.bytes(),
            place.run(),
            transactionTimeout,
            System::currentTimeMillis);
    return new PipelineSinks(
        sinks.completions(),
        new KeptSink<>(sinks.rollouts(), TopicLogs.rollouts(place.kafka(), place.topics())),
        new KeptSink<>(
            sinks.trainingSteps(), TopicLogs.trainingSteps(place.kafka(), place.topics())),
        sinks.policyVersions(),
        new KeptSink<>(sinks.rejected(), TopicLogs.rejected(place.kafka(), place.topics())));
  }

  /** Follows the announced versions. */
  public PolicyVersionFeed feed() {
    KafkaConnection kafka = place.kafka();
    Topics topics = place.topics();
    return (versions, broken) ->
        new FeedSubscription(
            PolicyFeed.follow(kafka, topics, new FeedSubscription.Listener(versions, broken)));
  }
}
