package io.grpostream.policy.training;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.LearnerProgram;
import io.grpostream.policy.engine.LearnerProgram.AdamWStep;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.PolicyWeights;
import io.grpostream.policy.engine.SharedCores;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.training.PolicyState.Role;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains with libtorch: fp32 master weights, products in fp32 or bf16; see {@code learner.py} for
 * what one micro-batch computes.
 */
public final class TorchTrainer implements Trainer {
  private final WeightLayout layout;
  private final ObjectiveSettings objective;
  private final OptimizerSettings optimizer;
  private final Compute compute;
  private final LearnerProgram program;
  private final TrainingStart start;
  private final NativeTensor[] frozen;
  private final MicroBatchPasses passes;
  private final Object stateLock = new Object();
  private PolicyState state;
  private long steps;

  /** Counts up whenever the weights become others, or go. */
  private long changes;

  /**
   * A policy all of whose weights are trained, from these, with fresh optimizer state.
   *
   * @param base trained tensors by Hugging Face name, any float dtype; also the reference policy if
   *     beta is not 0. May be closed after.
   * @param maxTokensPerMicroBatch input tokens per forward and backward pass, padding included; a
   *     group larger than this is a micro-batch by itself
   * @param compute what the thread that updates computes with
   */
  public TorchTrainer(
      ModelConfig config,
      TensorSource base,
      ObjectiveSettings objective,
      OptimizerSettings optimizer,
      int maxTokensPerMicroBatch,
      Compute compute)
      throws IOException {
    this(
        WeightLayout.of(config),
        TrainingStart.ofAllWeights(config, base, objective, compute),
        objective,
        optimizer,
        maxTokensPerMicroBatch,
        compute);
  }

  /** The same in fp32, with this many OpenMP threads. */
  public TorchTrainer(
      ModelConfig config,
      TensorSource base,
      ObjectiveSettings objective,
      OptimizerSettings optimizer,
      int maxTokensPerMicroBatch,
      int threads)
      throws IOException {
    this(config, base, objective, optimizer, maxTokensPerMicroBatch, Compute.fp32(threads));
  }

  /**
   * A policy whose adapters are trained, from these, with fresh optimizer state. The reference
   * policy is the base without them.
   *
   * @param base closed with the trainer
   * @param adapters by PEFT name, any float dtype; may be closed after
   * @param maxTokensPerMicroBatch as above
   * @param compute as above
   */
  public TorchTrainer(
      AdaptedBase base,
      TensorSource adapters,
      ObjectiveSettings objective,
      OptimizerSettings optimizer,
      int maxTokensPerMicroBatch,
      Compute compute)
      throws IOException {
    this(
        base.layout(),
        TrainingStart.ofAdapters(base, adapters, compute),
        objective,
        optimizer,
        maxTokensPerMicroBatch,
        compute);
  }

  /** The same in fp32, with this many OpenMP threads. */
  public TorchTrainer(
      AdaptedBase base,
      TensorSource adapters,
      ObjectiveSettings objective,
      OptimizerSettings optimizer,
      int maxTokensPerMicroBatch,
      int threads)
      throws IOException {
    this(base, adapters, objective, optimizer, maxTokensPerMicroBatch, Compute.fp32(threads));
  }

  private TorchTrainer(
      WeightLayout layout,
      TrainingStart start,
      ObjectiveSettings objective,
      OptimizerSettings optimizer,
      int maxTokensPerMicroBatch,
      Compute compute) {
    this.layout = layout;
    this.start = start;
    this.objective = objective;
    this.optimizer = optimizer;
    this.compute = compute;
    this.state = start.state();
    this.program = new LearnerProgram(start.config(), start.lora(), objective, compute.precision());
    this.frozen = program.computing(start.base());
    PolicyWeights reference = new PolicyWeights(frozen, start.reference());
    this.passes =
        new MicroBatchPasses(
            program,
            objective,
            start.config().vocabSize(),
            maxTokensPerMicroBatch,
            (batch, stop) -> program.measure(reference, batch, stop).logprobs());
  }

  @Override
  public UpdateMetrics update(
      List<TrainingGroup> groups, StopSignal stop, Consumer<UpdateMetrics> applied)
      throws StoppedException {
    try (SharedCores cores = SharedCores.enter(compute, stop)) {
      return updateOn(cores, groups, applied);
    }
  }

  private UpdateMetrics updateOn(
      SharedCores cores, List<TrainingGroup> groups, Consumer<UpdateMetrics> applied)
      throws StoppedException {
    Minibatch minibatch = Minibatch.of(groups, objective);
    double rate = LearningRate.at(optimizer, steps);
    UpdateStatistics statistics = new UpdateStatistics(objective);
    if (!minibatch.trains(objective)) {
      passes.measure(weightsNow(), minibatch, statistics, cores);
      return apply(statistics.metrics(0, rate, false), applied);
    }
    NativeTensor[] gradients = passes.gradients(weightsNow(), minibatch, statistics, cores);
    try {
      double norm = program.gradientNorm(gradients);
      cores.check();
      return step(gradients, statistics.metrics(norm, rate, true), applied);
    } finally {
      NativeTensor.closeAll(gradients);
    }
  }

  private PolicyWeights weightsNow() {
    return new PolicyWeights(frozen, state.weights());
  }

  @Override
  public float[] startLogprobs(List<TrainingGroup> batch, StopSignal stop) throws StoppedException {
    if (!objective.truncatedImportance().on()) {
      return new float[0];
    }
    try (SharedCores cores = SharedCores.enter(compute, stop)) {
      return passes.logprobs(weightsNow(), Minibatch.whole(batch), cores);
    }
  }

  private UpdateMetrics step(
      NativeTensor[] gradients, UpdateMetrics metrics, Consumer<UpdateMetrics> applied) {
    if (!Double.isFinite(metrics.gradNorm())) {
      throw new ArithmeticException(
          "the gradient's norm is " + metrics.gradNorm() + "; the weights are as before");
    }
    OptimizerPass pass;
    synchronized (stateLock) {
      pass = state.begin();
      steps++;
      changes++;
      applied.accept(metrics);
    }
    // Without the lock, since it takes a while: a snapshot that comes meanwhile does not wait.
    pass.run(() -> program.adamw(state.tensors(), gradients, adamWStep(metrics)));
    return metrics;
  }

  private AdamWStep adamWStep(UpdateMetrics metrics) {
    return new AdamWStep(
        steps,
        metrics.learningRate(),
        optimizer.beta1(),
        optimizer.beta2(),
        optimizer.epsilon(),
        optimizer.weightDecay(),
        metrics.gradNorm(),
        optimizer.maxGradNorm(),
        optimizer.decayNorms());
  }

  private UpdateMetrics apply(UpdateMetrics metrics, Consumer<UpdateMetrics> applied) {
    synchronized (stateLock) {
      applied.accept(metrics);
    }
    return metrics;
  }

  @Override
  public Object stateLock() {
    return stateLock;
  }

  @Override
  public long optimizerSteps() {
    synchronized (stateLock) {
      return steps;
    }
  }

  @Override
  public List<TensorLease> lease() {
    synchronized (stateLock) {
      return state.lease(Role.values());
    }
  }

  @Override
  public TensorSource weights() {
    synchronized (stateLock) {
      return new LeasedWeights(
          new LeasedTensors(state.lease(Role.WEIGHT), Role.WEIGHT.prefix()),
          layout,
          state.weights());
    }
  }

  @Override
  public WeightsOffer offer() {
    synchronized (stateLock) {
      long offered = changes;
      return () -> {
        synchronized (stateLock) {
          return changes == offered ? Optional.of(weights()) : Optional.empty();
        }
      };
    }
  }

  @Override
  public void restore(TensorSource saved, long optimizerSteps) throws IOException {
    Torch.enter(compute);
    PolicyState restored = PolicyState.restored(layout, saved);
    synchronized (stateLock) {
      state.close();
      state = restored;
      changes++;
      steps = optimizerSteps;
    }
  }

  @Override
  public void close() {
    synchronized (stateLock) {
      state.close();
      changes++;
    }
    NativeTensor.closeAll(frozen);
    start.end().run();
    program.close();
  }
}
