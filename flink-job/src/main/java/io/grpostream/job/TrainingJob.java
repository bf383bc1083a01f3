package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.TopicReader;
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
    new Pipeline(settings(), parts(edge), edge.sinks())
        .addTo(env, edge.source(config.prompts().start().offset()));
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

  private PipelineParts parts(KafkaEdge edge) {
    PolicyFactory policy = PolicyFactory.of(config);
    PromptLimits limits = promptLimits();
    return new PipelineParts(
        () -> new PromptDecoder(new CheckpointTokenizer(policy.tokenizer()), limits),
        policy::sampler,
        policy::trainer,
        edge.feed(),
        place.store());
  }

  private KafkaEdge edge() {
    return new KafkaEdge(place, recordLimit());
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
