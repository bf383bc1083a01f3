package io.grpostream.local;

import io.grpostream.bench.EngineSettings;
import io.grpostream.bench.IdPrompts;
import io.grpostream.bench.MeasuredModel;
import io.grpostream.bench.ModelChoice;
import io.grpostream.bench.PipelineFigures;
import io.grpostream.bench.Workload;
import io.grpostream.job.KafkaEdge;
import io.grpostream.job.RunPlace;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.PromptLoader;
import io.grpostream.kafka.PromptOrder;
import io.grpostream.kafka.RecordLimit;
import io.grpostream.kafka.TopicReader;
import io.grpostream.kafka.Topics;
import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.pipeline.Pipeline;
import io.grpostream.pipeline.PipelineParts;
import io.grpostream.pipeline.PipelineSettings;
import io.grpostream.policy.objective.Advantages;
import io.grpostream.records.TrainingStep;
import io.grpostream.rewards.Rewards;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Retention;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import io.grpostream.store.PolicyStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.common.IsolationLevel;

/**
 * The engine's measured work through the whole pipeline: prompts from Kafka to announced versions,
 * with exactly-once sinks, timed by someone who reads the ledger.
 *
 * @param model what is trained
 * @param workload one step
 * @param how where and with what the work is done
 */
public record PipelineBench(ModelChoice model, Workload workload, How how) {
  /**
   * Where and with what the work is done.
   *
   * @param engine what is trained, and how
   * @param samplerThreads torch threads of each subtask that samples
   * @param trainerThreads torch threads of the learner
   * @param maxStaleness 0: sampling and training take turns; 1: they overlap
   * @param parallelism subtasks that sample, each on a TaskManager of its own
   * @param steps steps in all
   * @param checkpointInterval between checkpoints
   */
  public record How(
      EngineSettings engine,
      int samplerThreads,
      int trainerThreads,
      int maxStaleness,
      int parallelism,
      int steps,
      Duration checkpointInterval) {}

  private static final String RUN = "bench";

  /** Without checkpoints nothing is committed before the end of all steps. */
  private static final Duration TRANSACTION_TIMEOUT = BrokerSettings.LONGEST_TRANSACTION;

  /** Records come at once; what looks often takes the time that it measures. */
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Until then the JIT compiler and Kafka's clients warm up. */
  private static final int FIRST_COUNTED = 10;

  private static final int MAX_PROMPT_BYTES = 1 << 20;

  // Half of all texts end in such a letter or digit, so that hardly any group is uninformative.
  private static final Rewards.Spec REWARD =
      new Rewards.Spec(
          "regular-expression", 1, Map.of("pattern", "[02468acegikmoqsuwyACEGIKMOQSUWY]\\W*$"));

  /** Runs the steps in this process, in a folder that is gone after. */
  public PipelineFigures measure() throws Exception {
    Path folder = Files.createTempDirectory("grpo-bench");
    try (LocalBroker broker = LocalBroker.start(folder.resolve("kafka"));
        LocalCluster cluster =
            LocalCluster.start(
                Optional.empty(),
                how.parallelism(),
                1,
                folder.resolve("checkpoints").toUri(),
                how.checkpointInterval())) {
      RunPlace place =
          new RunPlace(
              RUN,
              KafkaConnection.of(broker.bootstrapServers()),
              new Topics(""),
              new PolicyStore(folder.resolve("store").toUri().toString(), RUN));
      KafkaEdge edge = new KafkaEdge(place, recordLimit(), TRANSACTION_TIMEOUT);
      edge.setUpTopics(true);
      supply(place, folder.resolve("prompts.jsonl"));
      StreamExecutionEnvironment env = cluster.environment();
      new Pipeline(settings(), parts(edge), edge.sinks()).addTo(env, edge.source(-1));
      cluster.submit(env, "grpo-stream bench");
      PipelineFigures figures = follow(place, cluster);
      cluster.cancel();
      cluster.awaitEnd();
      return figures;
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private void supply(RunPlace place, Path file) throws Exception {
    try (MeasuredModel opened = model.open()) {
      long prompts = (long) how.steps() * workload.prompts();
      IdPrompts.write(file, workload, opened.config().vocabSize(), prompts);
      PromptLoader.open(file)
          .load(place.kafka(), place.topics().prompts(), PromptOrder.asInFile(), 0, prompts);
    }
  }

  private PipelineSettings settings() {
    int batch = workload.prompts();
    StalenessGate rule = new StalenessGate(how.maxStaleness(), batch);
    LearnerSettings learner =
        new LearnerSettings(
            RUN,
            workload.sampling().seed(),
            Schedule.LOCKSTEP,
            rule,
            new Batches(batch, Math.max(1, batch / how.parallelism())),
            new Minibatches(batch, 1, workload.mu()),
            Advantages.Scale.GROUP,
            false,
            new Retention(how.maxStaleness(), 0, 0),
            RUN);
    return new PipelineSettings(
        new RolloutSettings(Schedule.LOCKSTEP, rule, workload.sampling()),
        how.parallelism(),
        List.of(REWARD),
        learner,
        (long) how.steps() * batch);
  }

  private PipelineParts parts(KafkaEdge edge) {
    ModelChoice chosen = model;
    PromptLimits limits = promptLimits();
    EngineSettings engine = how.engine();
    int samplerThreads = how.samplerThreads();
    int trainerThreads = how.trainerThreads();
    return new PipelineParts(
        () -> new PromptDecoder(new IdPrompts(), limits),
        seat -> chosen.sampler(engine, samplerThreads),
        seat -> chosen.trainer(engine, trainerThreads),
        edge.feed(),
        edge.place().store());
  }

  private PromptLimits promptLimits() {
    return new PromptLimits(workload.promptTokens(), MAX_PROMPT_BYTES);
  }

  private RecordLimit recordLimit() {
    return new RecordLimit(
        promptLimits(),
        workload.group(),
        workload.completionTokens().most(),
        RecordLimit.DEFAULT_TOKEN_BYTES,
        1,
        workload.prompts());
  }

  /** Reads the ledger as it grows, before anything is committed. */
  private PipelineFigures follow(RunPlace place, LocalCluster cluster) throws Exception {
    List<TrainingStep> seen = new ArrayList<>();
    try (TopicReader<TrainingStep> ledger =
        TopicReader.trainingSteps(place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED)) {
      while (seen.size() < how.steps()) {
        List<TrainingStep> steps = ledger.poll(POLL);
        seen.addAll(steps);
        if (steps.isEmpty()) {
          cluster.check();
        }
      }
    }
    // Step 10 is the first that counts, or of a short measurement the first of its second half.
    int before = Math.min(FIRST_COUNTED, 1 + how.steps() / 2) - 1;
    int counted = how.steps() - before;
    List<TrainingStep.Observed> observed =
        seen.subList(before, how.steps()).stream().map(TrainingStep::observed).toList();
    return new PipelineFigures(
        (finishedAt(seen, how.steps() - 1) - finishedAt(seen, before - 1)) / 1e3 / counted,
        observed.stream().map(TrainingStep.Observed::trainSeconds).toList(),
        observed.stream().map(TrainingStep.Observed::publishSeconds).toList(),
        observed.stream().map(TrainingStep.Observed::waitSeconds).toList(),
        cluster.checkpoints("learner").stream()
            .map(
                each ->
                    new PipelineFigures.Checkpoint(each.bytes(), each.seconds(), each.syncMillis()))
            .toList());
  }

  /** By the learner's clock, since a reader may get several steps at once; milliseconds. */
  private static long finishedAt(List<TrainingStep> steps, int step) {
    return steps.get(step).observed().finishedAtMillis();
  }
}
