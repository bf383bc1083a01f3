package io.grpostream.local;

import io.grpostream.config.RunConfig;
import io.grpostream.evaluation.Evaluation;
import io.grpostream.evaluation.HeldOutPrompts;
import io.grpostream.job.CheckpointTokenizer;
import io.grpostream.job.PolicyFactory;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures policy versions on the held-out prompts while a run goes on, and keeps some of their
 * answers to read.
 */
final class HeldOut implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeldOut.class);
  private static final int SAMPLES = 8;

  private final RunConfig config;
  private final RunFolder folder;
  private final RunProgress progress;
  private final @Nullable Evaluation evaluation;
  private final Sampler sampler;
  private io.grpostream.report.@Nullable Evaluation first;
  private io.grpostream.report.@Nullable Evaluation last;

  private HeldOut(
      RunConfig config, RunFolder folder, RunProgress progress, @Nullable Evaluation evaluation) {
    this.config = config;
    this.folder = folder;
    this.progress = progress;
    this.evaluation = evaluation;
    this.sampler = PolicyFactory.of(config).sampler();
  }

  /** Reads the configured prompts; without any, nothing is ever measured. */
  static HeldOut of(RunConfig config, RunFolder folder, RunProgress progress) throws IOException {
    Path file = config.evaluation().prompts();
    return new HeldOut(config, folder, progress, file == null ? null : evaluation(config, file));
  }

  private static Evaluation evaluation(RunConfig config, Path file) throws IOException {
    try (PolicyTokenizer tokenizer = PolicyFactory.of(config).tokenizer();
        Checkpoint checkpoint = Checkpoint.open(config.policy().checkpoint())) {
      PromptLimits limits = new PromptLimits(config.policy().maxPromptTokens(), Integer.MAX_VALUE);
      List<Prompt> prompts =
          HeldOutPrompts.read(file, new PromptDecoder(new CheckpointTokenizer(tokenizer), limits));
      return new Evaluation(
          prompts,
          Rewards.of(config.rewards().specs()),
          config.evaluationSampling(checkpoint.eosTokenIds()));
    }
  }

  /** Measures the base checkpoint. */
  void measureBase() throws IOException, StoppedException {
    if (evaluation != null) {
      try (Checkpoint base = Checkpoint.open(config.policy().checkpoint())) {
        measure(0, base.weights());
      }
    }
  }

  /** Measures the version that a step made, if one is due. */
  void measureIfDue(TrainingStep step, PolicyStore store) throws IOException, StoppedException {
    long version = step.determined().version();
    int every = config.evaluation().everySteps();
    Long steps = config.run().steps();
    boolean isLast = steps != null && version >= steps;
    if (evaluation != null && every > 0 && version % every == 0 && !isLast) {
      String sha256 = step.determined().sha256();
      try (TensorSource weights = PolicyStore.open(store.uri(version, sha256), sha256)) {
        measure(version, weights);
      } catch (FileNotFoundException e) {
        LOG.warn("version {} is no longer in the store; it is not measured", version);
      }
    }
  }

  /** Measures the version that a run ended with. */
  void measureLast(PolicyVersion version) throws IOException, StoppedException {
    if (evaluation != null) {
      try (TensorSource weights = PolicyStore.open(version.uri(), version.sha256())) {
        measure(version.number(), weights);
      }
    }
  }

  private void measure(long version, TensorSource weights) throws IOException, StoppedException {
    if (evaluation == null) {
      return;
    }
    sampler.load(weights);
    Evaluation.Result result = evaluation.measure(sampler, StopSignal.NEVER);
    io.grpostream.report.Evaluation measured =
        new io.grpostream.report.Evaluation(version, result.accuracy(), result.n());
    first = first == null ? measured : first;
    last = measured;
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
  }

  double accuracyBefore() {
    return first == null ? Double.NaN : first.accuracy();
  }

  double accuracyAfter() {
    return last == null ? Double.NaN : last.accuracy();
  }

  int n() {
    return first == null ? 0 : first.n();
  }

  @Override
  public void close() {
    sampler.close();
  }
}
