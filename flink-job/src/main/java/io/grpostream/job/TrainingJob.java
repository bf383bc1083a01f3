package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.TopicReader;
import io.grpostream.operators.DecoderFactory;
import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.pipeline.Pipeline;
import io.grpostream.pipeline.PipelineParts;
import io.grpostream.pipeline.PipelineSettings;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Gate;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Retention;
import io.grpostream.rules.StalenessGate;
import java.io.IOException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;

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

  private final RunConfig config;
  private final RunPlace place;

  public TrainingJob(RunConfig config, RunPlace place) {
    this.config = config;
    this.place = place;
  }

  /** Makes the topics that are missing, and checks that all fit this configuration. */
  public void setUpTopics() {
    boolean lockstep = config.schedule().mode() == io.grpostream.rules.Schedule.LOCKSTEP;
    edge().setUpTopics(lockstep);
  }

  /**
   * A new run's ledger starts empty; on a broker that was here before it may be another run's.
   *
   * @throws UserErrorException if there is anything on the topic
   */
  public void refuseOtherRunsLedger() {
    try (TopicReader<TrainingStep> ledger =
        TopicReader.trainingSteps(place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      ledger.readToEnd(
          step -> {
            throw new UserErrorException(
                "topic "
                    + place.topics().trainingSteps()
                    + " already holds the ledger of a run; give this one topics of its own with"
                    + " kafka.topic-prefix");
          });
    }
  }

  /** Adds the job's operators to the environment. */
  public void addTo(StreamExecutionEnvironment env) throws IOException {
    KafkaEdge edge = edge();
    new Pipeline(settings(), parts(), edge.sinks())
        .addTo(env, edge.source(config.prompts().start().offset()));
  }

  /** What the operators are told. */
  public PipelineSettings settings() throws IOException {
    return new PipelineSettings(
        rollout(config),
        config.rollout().parallelism(),
        config.rewards().specs(),
        learner(config, place.run()),
        end());
  }

  /**
   * What a learner does by this configuration.
   *
   * @param run the run's id
   */
  public static LearnerSettings learner(RunConfig config, String run) {
    int batchGroups = config.learner().batchGroups();
    return new LearnerSettings(
        run,
        config.run().seed(),
        config.schedule().mode(),
        rule(config),
        new Batches(batchGroups, config.rollout().blockGroups()),
        new Minibatches(
            batchGroups, config.learner().minibatches(), config.learner().updatesPerBatch()),
        config.objective().scaleRewards(),
        config.rewards().shuffle(),
        retention(config),
        config.decidingSha256());
  }

  /**
   * How completions are sampled by this configuration, from its base checkpoint's policies.
   *
   * @throws UserErrorException if there is no such checkpoint
   */
  public static RolloutSettings rollout(RunConfig config) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(config.policy().checkpoint())) {
      return new RolloutSettings(
          config.schedule().mode(), rule(config), config.sampling(checkpoint.eosTokenIds()));
    }
  }

  private static Retention retention(RunConfig config) {
    return new Retention(
        config.schedule().maxStaleness(),
        config.store().keepEvery(),
        config.evaluation().prompts() == null ? 0 : config.evaluation().everySteps());
  }

  private static StalenessGate rule(RunConfig config) {
    return new StalenessGate(config.schedule().maxStaleness(), config.learner().batchGroups());
  }

  private long end() {
    Long steps = config.run().steps();
    return steps == null ? Gate.NO_END : steps * config.learner().batchGroups();
  }

  /** What the operators are given. */
  public PipelineParts parts() {
    PolicyFactory policy = PolicyFactory.of(config);
    return new PipelineParts(
        decoder(config), policy::sampler, policy::trainer, edge().feed(), place.store());
  }

  /** What makes prompts of records by this configuration, with its base checkpoint's tokenizer. */
  public static DecoderFactory decoder(RunConfig config) {
    PolicyFactory policy = PolicyFactory.of(config);
    PromptLimits limits = promptLimits(config);
    return () -> new PromptDecoder(new CheckpointTokenizer(policy.tokenizer()), limits);
  }

  /** Where the job meets Kafka. */
  public KafkaEdge edge() {
    return new KafkaEdge(place, recordLimit(), config.transactionTimeout());
  }

  private static PromptLimits promptLimits(RunConfig config) {
    return new PromptLimits(config.policy().maxPromptTokens(), MAX_PROMPT_BYTES);
  }

  private RecordLimit recordLimit() {
    return new RecordLimit(
        promptLimits(config),
        config.rollout().groupSize(),
        config.rollout().maxTokens(),
        RecordLimit.DEFAULT_TOKEN_BYTES,
        config.rewards().functions().size(),
        config.learner().batchGroups());
  }
}
