package io.grpostream.bench;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.training.LeasedTensors;
import io.grpostream.policy.training.OptimizerSettings;
import io.grpostream.policy.training.TensorLease;
import io.grpostream.policy.training.TorchTrainer;
import io.grpostream.policy.training.Trainer;
import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Everything that one step of a model computes, as two hashes: of what is sampled, and of weights
 * and moments after an update. Moments hold the gradients; the weights of a first AdamW step would
 * hardly tell more than their signs. Also a program, so that another process can compute the same.
 */
final class KernelBits {
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(
          1e-5, OptimizerSettings.Schedule.CONSTANT, 0, 0, 0.9, 0.999, 1e-8, 0, 1.0);
  private static final int MICRO_BATCH_TOKENS = 8192;

  /** Models and batches whose kernels are compared. */
  enum Case {
    /** The demo: two blocks of 16 × 8 answers of 5 tokens. */
    DEMO(2) {
      @Override
      Workload block() {
        return new Workload(16, 8, 8, new TokenRange(5, 5), 1);
      }

      @Override
      MeasuredModel model() throws IOException {
        return MeasuredModel.of(null, Path.of("../models/adder").toAbsolutePath().normalize());
      }
    },
    /** SmolLM2-135M's shape: 2 × 8 answers, 64 + 64 tokens. */
    W1(1) {
      @Override
      Workload block() {
        return new Workload(2, 8, 64, new TokenRange(64, 64), 1);
      }

      @Override
      MeasuredModel model() throws IOException {
        return MeasuredModel.of(Shape.SMOL135M, null);
      }
    };

    private final int blocks;

    Case(int blocks) {
      this.blocks = blocks;
    }

    /** What one block holds. */
    abstract Workload block();

    abstract MeasuredModel model() throws IOException;
  }

  private KernelBits() {}

  /** Prints the hashes: {@code DEMO 2 fp32}. */
  public static void main(String[] args) throws Exception {
    System.out.println(
        of(
            Case.valueOf(args[0]),
            new Compute(
                Integer.parseInt(args[1]), Precision.valueOf(args[2].toUpperCase(Locale.ROOT)))));
  }

  /** The two hashes, with a space between. */
  static String of(Case what, Compute compute) throws IOException, StoppedException {
    return of(what, compute, StopSignal.NEVER);
  }

  /**
   * The same.
   *
   * @param between is asked between any two tokens, and any two layers of the update
   */
  static String of(Case what, Compute compute, StopSignal between)
      throws IOException, StoppedException {
    try (MeasuredModel model = what.model()) {
      List<TrainingGroup> groups = new ArrayList<>();
      String sampled = sample(what, model, compute, between, groups);
      return sampled + " " + train(model, compute, between, groups);
    }
  }

  private static String sample(
      Case what,
      MeasuredModel model,
      Compute compute,
      StopSignal between,
      List<TrainingGroup> groups)
      throws IOException, StoppedException {
    MessageDigest digest = sha256();
    try (Sampler sampler = new TorchSampler(model.config(), ids -> "", compute)) {
      sampler.load(model.weights());
      for (int b = 0; b < what.blocks; b++) {
        List<PromptTokens> prompts = prompts(what, b, model.config().vocabSize());
        List<List<Completion>> sampled = sampler.sample(prompts, what.block().sampling(), between);
        for (int p = 0; p < sampled.size(); p++) {
          sampled.get(p).forEach(each -> update(digest, each));
          groups.add(group(prompts.get(p), sampled.get(p)));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<PromptTokens> prompts(Case what, int b, int vocabulary) {
    int count = what.block().prompts();
    return IntStream.range(b * count, (b + 1) * count)
        .mapToObj(n -> new PromptTokens(n, what.block().prompt(n, vocabulary)))
        .toList();
  }

  private static void update(MessageDigest digest, Completion completion) {
    for (int t = 0; t < completion.ids().length; t++) {
      digest.update(
          ByteBuffer.allocate(8)
              .putInt(completion.ids()[t])
              .putFloat(completion.logprobs()[t])
              .flip());
    }
  }

  private static TrainingGroup group(PromptTokens prompt, List<Completion> completions) {
    double[] rewards = IntStream.range(0, completions.size()).mapToDouble(i -> i % 3).toArray();
    double[] advantages = Advantages.of(rewards).advantages();
    return new TrainingGroup(
        prompt.ids(),
        completions.stream()
            .map(
                each ->
                    new TrainingCompletion(
                        each.ids(), each.logprobs(), advantages[each.index()], false))
            .toList());
  }

  private static String train(
      MeasuredModel model, Compute compute, StopSignal between, List<TrainingGroup> groups)
      throws IOException, StoppedException {
    try (Trainer trainer =
        new TorchTrainer(
            model.config(),
            model.weights(),
            ObjectiveSettings.grpo(),
            OPTIMIZER,
            MICRO_BATCH_TOKENS,
            compute)) {
      trainer.update(groups, between, metrics -> {});
      List<TensorLease> state;
      synchronized (trainer.stateLock()) {
        state = trainer.lease();
      }
      try (TensorSource all = new LeasedTensors(state, "")) {
        return PolicyHash.sha256(all);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
