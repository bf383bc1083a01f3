package io.grpostream.policy.engine;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@code learner.py} loaded for one model and one objective: forward, backward and the optimizer
 * step, typed. Used by one thread, which has entered {@link Torch}. Weights are unpacked, as {@link
 * WeightReader} gives them.
 */
public final class LearnerProgram implements AutoCloseable {
  private final TorchModule module;
  private final RopeTable rope;
  private final int layers;
  private final boolean usesEntropy;

  /** Loads the program of a model all of whose weights are trained, in fp32. */
  public LearnerProgram(ModelConfig config, ObjectiveSettings objective) {
    this(config, Lora.NONE, objective, Precision.FP32);
  }

  /**
   * Loads the program.
   *
   * @param lora the adapters that are trained; none: all weights are
   * @param precision what the layers' matrices are multiplied in
   */
  public LearnerProgram(
      ModelConfig config, Lora lora, ObjectiveSettings objective, Precision precision) {
    this.module = new TorchModule(LearnerArchive.of(config, lora, objective, precision));
    this.rope = new RopeTable(config);
    this.layers = config.layers();
    this.usesEntropy = objective.entropyBonus() != 0;
  }

  /**
   * A base's weights in the form that passes compute with, made once as they stay; see {@code
   * computing} in {@code learner.py}. What needs no other form shares memory with the base.
   */
  public NativeTensor[] computing(NativeTensor[] base) {
    if (base.length == 0) {
      return base;
    }
    try (Arguments arguments = new Arguments().tensors(base)) {
      return module.tensors("computing", arguments);
    }
  }

  /**
   * Forward only; losses and KL are 0.
   *
   * @param stop asked between any two layers
   */
  public TokenMeasures measure(PolicyWeights weights, TrainingBatch batch, StopSignal stop)
      throws StoppedException {
    try (NativeValue way = begin(weights, false, new NativeTensor[0], batch)) {
      forward(way, stop);
      try (Arguments arguments = new Arguments().value(way)) {
        addTokens(arguments, batch);
        try (NativeTensor measured = module.tensor("measure", arguments)) {
          return TokenMeasures.of(measured);
        }
      }
    }
  }

  /** What a forward and backward pass gives: gradients like the trained weights, and measures. */
  public record Pass(NativeTensor[] gradients, TokenMeasures measures) {}

  /**
   * Forward and backward.
   *
   * @param gradients of the micro-batches before, which these are added to; empty for the first.
   *     They are closed, unless this throws.
   * @param threshold tokens of lower entropy do not train
   * @param stop asked between any two layers
   */
  public Pass gradients(
      PolicyWeights weights,
      NativeTensor[] gradients,
      TrainingBatch batch,
      double threshold,
      StopSignal stop)
      throws StoppedException {
    try (NativeValue way = begin(weights, true, gradients, batch)) {
      TokenMeasures measures =
          Torch.recording(
              () -> {
                forward(way, stop);
                return turn(way, batch, threshold);
              });
      for (int layer = layers - 1; layer >= 0; layer--) {
        stop.check();
        step("backward", way, layer);
      }
      try (Arguments arguments = new Arguments().value(way).tensor(batch.ids())) {
        Pass pass = new Pass(module.tensors("finish", arguments), measures);
        NativeTensor.closeAll(gradients);
        return pass;
      }
    }
  }

  private NativeValue begin(
      PolicyWeights weights, boolean trains, NativeTensor[] gradients, TrainingBatch batch) {
    rope.reach(batch.positions());
    try (Arguments arguments =
        new Arguments()
            .tensors(weights.frozen())
            .tensors(weights.trained())
            .flag(trains)
            .tensors(gradients)
            .tensor(batch.ids())
            .tensor(batch.lengths())
            .integer(batch.longest())
            .integer(batch.group())
            .tensor(rope.cos())
            .tensor(rope.sin())) {
      return module.value("begin", arguments);
    }
  }

  private void forward(NativeValue way, StopSignal stop) throws StoppedException {
    for (int layer = 0; layer < layers; layer++) {
      stop.check();
      step("forward", way, layer);
    }
    stop.check();
  }

  private void step(String method, NativeValue way, int layer) {
    try (Arguments arguments = new Arguments().value(way).integer(layer)) {
      module.run(method, arguments);
    }
  }

  private TokenMeasures turn(NativeValue way, TrainingBatch batch, double threshold) {
    try (Arguments arguments = new Arguments().value(way)) {
      addTokens(arguments, batch);
      arguments.number(threshold).flag(usesEntropy);
      try (NativeTensor measured = module.tensor("turn", arguments)) {
        return TokenMeasures.of(measured);
      }
    }
  }

  private static void addTokens(Arguments arguments, TrainingBatch batch) {
    arguments
        .tensor(batch.rows())
        .tensor(batch.targets())
        .tensor(batch.facts())
        .tensor(batch.completion())
        .integer(batch.completions())
        .integers(batch.chunks());
  }

  /** Global L2 norm of gradients. */
  public double gradientNorm(NativeTensor[] gradients) {
    try (Arguments arguments = new Arguments().tensors(gradients);
        NativeTensor norm = module.tensor("gradient_norm", arguments)) {
      return norm.floats()[0];
    }
  }

  /** What AdamW changes: the weights and the moving averages of gradients and squares. */
  public record OptimizerState(
      NativeTensor[] weights, NativeTensor[] moments, NativeTensor[] squares) {}

  /**
   * One AdamW step's numbers.
   *
   * @param number counts from 1
   * @param rate the learning rate
   * @param norm the gradients' global norm
   * @param maxNorm gradients are scaled down to this norm
   * @param decayNorms norms and biases decay too
   */
  public record AdamWStep(
      long number,
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double norm,
      double maxNorm,
      boolean decayNorms) {
    // Against division by zero, as torch.nn.utils.clip_grad_norm_ has it.
    private static final double TINY = 1e-6;

    /** What the gradients are divided by. */
    double shrink() {
      return Math.max(1.0, (norm + TINY) / maxNorm);
    }
  }

  /** One AdamW step in place; the gradients are scaled in place too. */
  public void adamw(OptimizerState state, NativeTensor[] gradients, AdamWStep step) {
    for (boolean matrices : new boolean[] {true, false}) {
      int[] slots =
          IntStream.range(0, gradients.length)
              .filter(slot -> gradients[slot].shape().length > 1 == matrices)
              .toArray();
      try (Arguments arguments =
          new Arguments()
              .tensors(select(state.weights(), slots))
              .tensors(select(gradients, slots))
              .tensors(select(state.moments(), slots))
              .tensors(select(state.squares(), slots))
              .number((double) step.number())
              .number(step.rate())
              .number(step.beta1())
              .number(step.beta2())
              .number(matrices || step.decayNorms() ? step.weightDecay() : 0)
              .number(step.epsilon())
              .number(step.shrink())) {
        module.run("adamw", arguments);
      }
    }
  }

  private static NativeTensor[] select(NativeTensor[] tensors, int[] slots) {
    return Arrays.stream(slots).mapToObj(slot -> tensors[slot]).toArray(NativeTensor[]::new);
  }

  @Override
  public void close() {
    rope.close();
    module.close();
  }
}
