package io.grpostream.config;

import io.grpostream.policy.engine.BusyCores;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.training.OptimizerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The configuration of a training run. Reference: docs/configuration.md. */
public record RunConfig(
    @Key(means = "what identifies a run", preset = "{}") RunSection run,
    @Key(means = "the model being trained", preset = "{}") PolicySection policy,
    @Key(means = "what the policy is asked", preset = "{}") PromptsSection prompts,
    @Key(means = "how completions are sampled", preset = "{}") RolloutSection rollout,
    @Key(means = "how far sampling may run ahead", preset = "{}") ScheduleSection schedule,
    @Key(means = "how the policy is updated", preset = "{}") LearnerSection learner,
    @Key(means = "adapters instead of all weights", preset = "{}") LoraSection lora,
    @Key(means = "the loss", preset = "{}") ObjectiveSection objective,
    @Key(means = "how completions are scored", preset = "{}") RewardsSection rewards,
    @Key(means = "Flink's snapshots", preset = "{}") CheckpointSection checkpoint,
    @Key(means = "where policy versions are kept", preset = "{}") StoreSection store,
    @Key(means = "held-out prompts", preset = "{}") EvaluationSection evaluation,
    @Key(means = "the broker", preset = "{}") KafkaSection kafka,
    @Key(means = "Flink's dashboard", preset = "{}") WebSection web) {
  /** Torch threads of an evaluation while the run goes on beside it. */
  public static final int EVALUATION_THREADS = 1;

  private static final Duration USUAL_TRANSACTION_TIMEOUT = Duration.ofMinutes(1);

  public RunConfig {
    Duration transaction = kafka.transactionTimeout();
    boolean needsTotal = learner.schedule() != OptimizerSettings.Schedule.CONSTANT;
    new Rules()
        .require(
            "rollout.block-groups",
            rollout.blockGroups(),
            learner.batchGroups() % rollout.blockGroups() == 0,
            "it must divide learner.batch-groups, which is " + learner.batchGroups(),
            "a block lies inside one batch",
            "learner.batch-groups")
        .require(
            "learner.schedule",
            learner.schedule(),
            !needsTotal || run.steps() != null,
            "it needs run.steps, which is absent",
            "give run.steps, or schedule: constant",
            "run.steps")
        .require(
            "kafka.transaction-timeout",
            transaction,
            transaction != null && transaction.compareTo(shortestTransaction(checkpoint)) >= 0,
            "it must be at least twice checkpoint.interval, which is "
                + Scalars.text(checkpoint.interval()),
            "a transaction lasts from one checkpoint to the end of the next",
            "checkpoint.interval")
        .check();
  }

  /** A transaction lasts from one checkpoint to the end of the next. */
  private static Duration shortestTransaction(CheckpointSection checkpoint) {
    return checkpoint.interval().multipliedBy(2);
  }

  /** How long the broker keeps a transaction of the exactly-once topics that nobody ends. */
  public Duration transactionTimeout() {
    Duration written = kafka.transactionTimeout();
    Duration shortest = shortestTransaction(checkpoint);
    if (written != null) {
      return written;
    }
    return shortest.compareTo(USUAL_TRANSACTION_TIMEOUT) > 0 ? shortest : USUAL_TRANSACTION_TIMEOUT;
  }

  /** How training completions are drawn. */
  public SamplingSettings sampling(List<Integer> stopTokenIds) {
    return new SamplingSettings(
            rollout.groupSize(),
            rollout.maxTokens(),
            rollout.temperature(),
            false,
            rollout.topK(),
            rollout.topP(),
            rollout.minP(),
            rollout.repetitionPenalty(),
            stopTokenIds,
            rollout.stop(),
            run.seed())
        .withMaxRows(rollout.maxRows());
  }

  /** How held-out prompts are completed: greedily, one completion each. */
  public SamplingSettings evaluationSampling(List<Integer> stopTokenIds) {
    Integer maxTokens = evaluation.maxTokens();
    return new SamplingSettings(
        1,
        maxTokens == null ? rollout.maxTokens() : maxTokens,
        1.0,
        true,
        0,
        1.0,
        0.0,
        rollout.repetitionPenalty(),
        stopTokenIds,
        rollout.stop(),
        run.seed());
  }

  /** The loss. */
  public ObjectiveSettings objectiveSettings() {
    return objective.settings(rollout.temperature(), rollout.maxTokens());
  }

  /** The optimizer; its schedule ends with run.steps. */
  public OptimizerSettings optimizer() {
    return new OptimizerSettings(
        learner.learningRate(),
        learner.schedule(),
        learner.warmupUpdates(),
        totalUpdates(),
        learner.beta1(),
        learner.beta2(),
        learner.epsilon(),
        learner.weightDecay(),
        learner.maxGradNorm(),
        learner.decayNorms());
  }

  /** Optimizer steps over which the rate falls to 0; 0 when it is constant. */
  private long totalUpdates() {
    Long steps = run.steps();
    return learner.schedule() == OptimizerSettings.Schedule.CONSTANT || steps == null
        ? 0
        : steps * learner.updatesPerBatch() * learner.minibatches();
  }

  /** Things that are allowed but probably not meant, each in one line. */
  public List<String> warnings(int cores) {
    List<String> warnings = new ArrayList<>();
    int threads = overlaps() ? overlapping(cores) : inTurn();
    if (evaluation.prompts() != null && evaluation.everySteps() > 0) {
      threads += EVALUATION_THREADS;
    }
    if (threads > cores + 1) {
      warnings.add(
          "rollout.parallelism × rollout.threads, learner.threads and the evaluation come to "
              + threads
              + " on "
              + cores
              + " cores; torch slows down badly when it has more threads than cores");
    }
    return warnings;
  }

  /** On-policy, sampling and training take turns. */
  private boolean overlaps() {
    return schedule.maxStaleness() > 0;
  }

  private int inTurn() {
    return Math.max(rollout.parallelism() * rollout.threads(), learner.threads());
  }

  /**
   * Threads that compute at once, when those that overlap have fitted their teams to each other.
   */
  private int overlapping(int cores) {
    int sampling = BusyCores.team(rollout.threads(), rollout.parallelism(), cores);
    int training = BusyCores.team(learner.threads(), rollout.parallelism(), cores);
    return rollout.parallelism() * sampling + training;
  }

  /**
   * SHA-256 (hex) over the keys that decide bits: two lockstep runs over the same prompts and base
   * checkpoint with the same hash end in the same weights.
   */
  public String decidingSha256() {
    return DecidingKeys.sha256(decidingKeys());
  }

  /** The keys that decide bits and their values, sorted by key. */
  public SortedMap<String, String> decidingKeys() {
    SortedMap<String, String> keys = DecidingKeys.lines(this);
    keys.put("learner.total-updates", Long.toString(totalUpdates()));
    return keys;
  }
}
