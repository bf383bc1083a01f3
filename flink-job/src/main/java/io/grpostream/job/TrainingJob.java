package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PolicyFeed;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.RawRecordDeserializer;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.Sinks;
import io.grpostream.kafka.TopicSetup;
import io.grpostream.kafka.Topics;
import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.pipeline.Pipeline;
import io.grpostream.pipeline.PipelineParts;
import io.grpostream.pipeline.PipelineSettings;
import io.grpostream.pipeline.PipelineSinks;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.records.RawRecord;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Gate;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.StalenessGate;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/**
 * The training job of one configuration at one place. Its making touches neither native library nor
 * weights: those are the TaskManagers'.
 */
public final class TrainingJob {
  /**
   * Kafka's default limit of a record; prompts beyond it could not be produced by a client with
   * default settings.
   */
  private static final int MAX_PROMPT_BYTES = 1 << 20;

  /** Longer than any restart takes, within what brokers allow. */
  private static final Duration TRANSACTION_TIMEOUT = Sinks.LONGEST_TRANSACTION_TIMEOUT;

  private final RunConfig config;
  private final RunPlace place;

  public TrainingJob(RunConfig config, RunPlace place) {
    this.config = config;
    this.place = place;
  }

  /** Makes the topics that are missing, and checks that all fit this configuration. */
  public void setUpTopics() {
    boolean lockstep = config.schedule().mode() == io.grpostream.rules.Schedule.LOCKSTEP;
    new TopicSetup(place.topics(), 1, lockstep, recordLimit(), TRANSACTION_TIMEOUT)
        .create(place.kafka());
  }

  /** Adds the job's operators to the environment. */
  public void addTo(StreamExecutionEnvironment env) throws IOException {
    new Pipeline(settings(), parts(), sinks()).addTo(env, source());
  }

  private PipelineSettings settings() throws IOException {
    StalenessGate rule =
        new StalenessGate(config.schedule().maxStaleness(), config.learner().batchGroups());
    try (Checkpoint checkpoint = Checkpoint.open(config.policy().checkpoint())) {
      RolloutSettings rollout =
          new RolloutSettings(
              config.schedule().mode(), rule, config.sampling(checkpoint.eosTokenIds()));
      return new PipelineSettings(
          rollout, config.rollout().parallelism(), config.rewards().specs(), learner(rule), end());
    }
  }

  private LearnerSettings learner(StalenessGate rule) {
    int batchGroups = config.learner().batchGroups();
    return new LearnerSettings(
        place.run(),
        config.run().seed(),
        rule,
        new Batches(batchGroups, config.rollout().blockGroups()),
        new Minibatches(
            batchGroups, config.learner().minibatches(), config.learner().updatesPerBatch()),
        config.objective().scaleRewards(),
        config.rewards().shuffle(),
        config.store().keepEvery(),
        config.decidingSha256());
  }

  private long end() {
    Long steps = config.run().steps();
    return steps == null ? Gate.NO_END : steps * config.learner().batchGroups();
  }

  private PipelineParts parts() {
    PolicyFactory policy = PolicyFactory.of(config);
    PromptLimits limits = promptLimits();
    return new PipelineParts(
        () -> new PromptDecoder(new CheckpointTokenizer(policy.tokenizer()), limits),
        policy::sampler,
        policy::trainer,
        feed(),
        place.store());
  }

  private PolicyVersionFeed feed() {
    KafkaConnection kafka = place.kafka();
    Topics topics = place.topics();
    return (versions, broken) ->
        new FeedSubscription(
            PolicyFeed.follow(kafka, topics, new FeedSubscription.Listener(versions, broken)));
  }

  private PipelineSinks sinks() {
    Sinks sinks =
        new Sinks(
            place.kafka(),
            place.topics(),
            recordLimit().bytes(),
            place.run(),
            TRANSACTION_TIMEOUT,
            System::currentTimeMillis);
    return new PipelineSinks(
        sinks.completions(),
        sinks.rollouts(),
        sinks.trainingSteps(),
        sinks.policyVersions(),
        sinks.rejected());
  }

  private KafkaSource<RawRecord> source() {
    long offset = config.prompts().start().offset();
    TopicPartition first = new TopicPartition(place.topics().prompts(), 0);
    return KafkaSource.<RawRecord>builder()
        .setProperties(place.kafka().clientProperties())
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

  private PromptLimits promptLimits() {
    return new PromptLimits(config.policy().maxPromptTokens(), MAX_PROMPT_BYTES);
  }

  private RecordLimit recordLimit() {
    return new RecordLimit(
        promptLimits(),
        config.rollout().groupSize(),
        config.rollout().maxTokens(),
        RecordLimit.DEFAULT_TOKEN_BYTES,
        config.rewards().functions().size(),
        config.learner().batchGroups());
  }
}
