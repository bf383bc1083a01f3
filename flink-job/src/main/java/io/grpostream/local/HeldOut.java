package io.grpostream.local;

import io.grpostream.config.RunConfig;
import io.grpostream.evaluation.Evaluation;
import io.grpostream.evaluation.HeldOutPrompts;
import io.grpostream.job.CheckpointTokenizer;
import io.grpostream.job.PolicyFactory;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.operators.Seat;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.ComputeThreads;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Prompt;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import io.grpostream.report.Sample;
import io.grpostream.rewards.Rewards;
import io.grpostream.store.PolicyStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures policy versions on the held-out prompts while a run goes on, and keeps some of their
 * answers to read. Whoever asks for the run to end ends a measurement within a decode step; such a
 * one leaves no trace.
 */
final class HeldOut {
  private static final Logger LOG = LoggerFactory.getLogger(HeldOut.class);
  private static final int SAMPLES = 8;

  private final RunConfig config;
  private final RunFolder folder;
  private final RunProgress progress;
  private final StopRequest stop;
  private final @Nullable Evaluation evaluation;
  private io.grpostream.report.@Nullable Evaluation before;
  private io.grpostream.report.@Nullable Evaluation newest;
  private io.grpostream.report.@Nullable Evaluation after;

  private HeldOut(
      RunConfig config,
      RunFolder folder,
      RunProgress progress,
      StopRequest stop,
      @Nullable Evaluation evaluation) {
    this.config = config;
    this.folder = folder;
    this.progress = progress;
    this.stop = stop;
    this.evaluation = evaluation;
  }

  /** Reads the configured prompts; without any, nothing is ever measured. */
  static HeldOut of(RunConfig config, RunFolder folder, RunProgress progress, StopRequest stop)
      throws IOException {
    Path file = config.evaluation().prompts();
    return new HeldOut(
        config, folder, progress, stop, file == null ? null : evaluation(config, file));
  }

  private static Evaluation evaluation(RunConfig config, Path file) throws IOException {
    PromptLimits limits = new PromptLimits(config.policy().maxPromptTokens(), Integer.MAX_VALUE);
    try (Checkpoint checkpoint = Checkpoint.open(config.policy().checkpoint());
        PromptDecoder decoder =
            new PromptDecoder(
                new CheckpointTokenizer(PolicyFactory.of(config).tokenizer()), limits)) {
      List<Prompt> prompts = HeldOutPrompts.read(file, decoder);
      return new Evaluation(
          prompts,
          Rewards.of(config.rewards().specs()),
          config.evaluationSampling(checkpoint.eosTokenIds()));
    }
  }

  /** Measures version 0, which the policy starts from, before anything else computes. */
  void measureBase() throws IOException, InterruptedException {
    // Before looking whether a stop was asked for, lest one that comes between is missed.
    StopSignal further = stop.further();
    if (evaluation != null && !stop.requested()) {
      try (TensorSource start = PolicyFactory.of(config).start()) {
        before = measure(evaluation, 0, start, config.rollout().threads(), further);
      }
    }
  }

  /** Measures the version that a step made, if one is due; beside sampling and training. */
  void measureIfDue(TrainingStep step, PolicyStore store) throws IOException, InterruptedException {
    long version = step.determined().version();
    int every = config.evaluation().everySteps();
    Long steps = config.run().steps();
    StopSignal further = stop.further();
    boolean isLast = steps != null && version >= steps;
    if (evaluation != null && every > 0 && version % every == 0 && !isLast) {
      String sha256 = step.determined().sha256();
      try (TensorSource weights = PolicyStore.open(store.uri(version, sha256), sha256)) {
        measure(evaluation, version, weights, RunConfig.EVALUATION_THREADS, further);
      } catch (FileNotFoundException e) {
        LOG.warn("version {} is no longer in the store; it is not measured", version);
      }
    }
  }

  /** Measures the version that a run ended with, after everything else has ended. */
  void measureLast(PolicyVersion version) throws IOException, InterruptedException {
    StopSignal further = stop.further();
    if (newest != null && newest.step() == version.number()) {
      after = newest;
    } else if (evaluation != null) {
      try (TensorSource weights = PolicyStore.open(version.uri(), version.sha256())) {
        after = measure(evaluation, version.number(), weights, config.rollout().threads(), further);
      }
    }
  }

  /** Null if someone asked for the run to end meanwhile. */
  private io.grpostream.report.@Nullable Evaluation measure(
      Evaluation evaluation, long version, TensorSource weights, int threads, StopSignal further)
      throws IOException, InterruptedException {
    LOG.info("measuring version {} on the held-out prompts", version);
    Optional<Evaluation.Result> result =
        ComputeThreads.run("held-out", () -> result(evaluation, weights, threads, further));
    if (result.isPresent()) {
      newest = keep(version, result.get());
      return newest;
    }
    LOG.info("version {} is not measured, because the run is to end", version);
    if (stop.urgent()) {
      throw new InterruptedException("stopped at once while measuring");
    }
    return null;
  }

  /** Empty if someone asked for the run to end meanwhile. */
  private Optional<Evaluation.Result> result(
      Evaluation evaluation, TensorSource weights, int threads, StopSignal further)
      throws IOException {
    try (Sampler sampler = PolicyFactory.of(config).sampler(threads, Seat.ALONE)) {
      sampler.load(weights);
      return Optional.of(evaluation.measure(sampler, further));
    } catch (StoppedException e) {
      return Optional.empty();
    }
  }

  private io.grpostream.report.Evaluation keep(long version, Evaluation.Result result)
      throws IOException {
    io.grpostream.report.Evaluation measured =
        new io.grpostream.report.Evaluation(version, result.accuracy(), result.n());
    folder.appendEvaluation(version, measured.accuracy(), measured.n());
    folder.writeSamples(
        result.completions().stream()
            .limit(SAMPLES)
            .map(
                scored ->
                    new Sample(
                        version,
                        scored.prompt().text(),
                        scored.completion().text(),
                        scored.reward()))
            .toList());
    progress.evaluated(measured);
    return measured;
  }

  /** The base checkpoint's; NaN if it was not measured. */
  double accuracyBefore() {
    return before == null ? Double.NaN : before.accuracy();
  }

  /** The last version's; NaN if it was not measured. */
  double accuracyAfter() {
    return after == null ? Double.NaN : after.accuracy();
  }

  /** How many prompts an evaluation asks; 0 if nothing was measured. */
  int n() {
    return newest == null ? 0 : newest.n();
  }
}
