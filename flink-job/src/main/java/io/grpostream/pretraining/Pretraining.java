package io.grpostream.pretraining;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.training.OptimizerSettings;
import io.grpostream.policy.training.OptimizerSettings.Schedule;
import io.grpostream.policy.training.TorchTrainer;
import io.grpostream.policy.training.Trainer;
import io.grpostream.pretraining.PretrainConfig.ReadingSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Teaches a new model by next-token prediction on answers: −log p is the objective's lowest rung
 * (no importance ratio, advantage 1), so that the trainer is the one that GRPO uses.
 *
 * <p>First all sums are right, until the model can add: how long that takes differs much from seed
 * to seed, so it is measured. Then each forgets its carries with the same probability above one
 * half, until the model gives both answers about as often as it reads them. So its likeliest answer
 * is mostly the carry-less one, while the right one stays likely enough, for every problem, to be
 * among a group's samples: without that, GRPO would have nothing to reinforce.
 */
public final class Pretraining {
  private static final int LOOK_EVERY = 25;
  private static final int GROUP_SIZE = 8;
  private static final int MAX_TOKENS = 8192;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double EPSILON = 1e-8;
  private static final double WEIGHT_DECAY = 0.01;

  /** A look at the model while it reads: mean loss of an update, share of problems added right. */
  public record Look(String phase, int update, double loss, double accuracy) {}

  /**
   * What it came to.
   *
   * @param sha256 the checkpoint's policy hash
   * @param greedy share of the validation problems that the checkpoint adds right, greedily
   * @param sampled share of its samples for them, 8 each, that are right
   * @param reached share of them with a right answer among those samples
   */
  public record Made(String sha256, double greedy, double sampled, double reached) {}

  /**
   * A stretch of reading.
   *
   * @param updates the most updates it takes
   * @param able it ends early when this share of problems is added right; above 1 never
   * @param carryless share of sums that forget their carries
   */
  private record Phase(
      String name, int updates, double able, double carryless, OptimizerSettings optimizer) {}

  private final PretrainConfig config;
  private final Consumer<Look> looks;
  private final AdditionTask task;
  private final SumReader reader;

  /** Makes one; the listener hears how it goes. */
  public Pretraining(PretrainConfig config, Consumer<Look> looks) {
    this.config = config;
    this.looks = looks;
    PretrainConfig.TaskSection parts = config.task();
    this.task = new AdditionTask(parts.seed(), parts.heldOut(), parts.train(), parts.validation());
    this.reader = new SumReader(task, config.reading().batch(), config.reading().seed());
  }

  /** Makes checkpoint and prompt files. */
  public Made run() throws IOException, StoppedException {
    Path blank = Files.createTempDirectory("grpo-pretrain");
    try {
      BlankCheckpoint.write(blank);
      ModelConfig model = ModelConfig.read(blank);
      PromptFiles.write(Path.of(config.output().train()), task.train());
      PromptFiles.write(Path.of(config.output().heldOut()), task.heldOut());
      try (TensorSource start =
              new RandomWeights(model.expectedTensors(), config.reading().seed());
          Trainer understands = read(understanding(), model, start);
          TensorSource understood = understands.weights();
          Trainer forgets = read(forgetting(), model, understood);
          TensorSource made = forgets.weights();
          Examiner examiner = new Examiner(model, task.validation(), config.reading().threads())) {
        CheckpointWriter.write(Path.of(config.output().checkpoint()), blank, made, DType.F32);
        Examiner.Samples samples = examiner.samples(made, GROUP_SIZE, config.reading().seed());
        return new Made(
            PolicyHash.sha256(made), examiner.accuracy(made), samples.right(), samples.reached());
      }
    } finally {
      BlankCheckpoint.delete(blank);
    }
  }

  /** A trainer that started from these weights and has gone through the phase. */
  private Trainer read(Phase phase, ModelConfig model, TensorSource start)
      throws IOException, StoppedException {
    int threads = config.reading().threads();
    Trainer trainer =
        new TorchTrainer(model, start, loss(), phase.optimizer(), MAX_TOKENS, threads);
    double accuracy = 0;
    try (Examiner examiner = new Examiner(model, task.validation(), threads)) {
      for (int update = 1; update <= phase.updates(); update++) {
        double loss =
            trainer.update(reader.next(phase.carryless()), StopSignal.NEVER, applied -> {}).loss();
        if (update % LOOK_EVERY == 0 || update == phase.updates()) {
          accuracy = accuracy(examiner, trainer);
          looks.accept(new Look(phase.name(), update, loss, accuracy));
          if (accuracy >= phase.able()) {
            return trainer;
          }
        }
      }
    }
    if (phase.able() <= 1) {
      trainer.close();
      throw unable(phase, accuracy);
    }
    return trainer;
  }

  private static UserErrorException unable(Phase phase, double accuracy) {
    return new UserErrorException(
        "reading.most-updates is "
            + phase.updates()
            + "; by then the model must add a share of reading.able, "
            + phase.able()
            + ", of the validation problems right, and adds "
            + accuracy
            + "; give it more updates or another reading.seed");
  }

  private static double accuracy(Examiner examiner, Trainer trainer)
      throws IOException, StoppedException {
    try (TensorSource weights = trainer.weights()) {
      return examiner.accuracy(weights);
    }
  }

  private Phase understanding() {
    ReadingSection reading = config.reading();
    OptimizerSettings optimizer =
        optimizer(reading.learningRate(), Schedule.CONSTANT, reading.warmupUpdates(), 0);
    return new Phase("right sums", reading.mostUpdates(), reading.able(), 0, optimizer);
  }

  private Phase forgetting() {
    ReadingSection reading = config.reading();
    OptimizerSettings optimizer =
        optimizer(
            reading.carrylessLearningRate(),
            Schedule.COSINE,
            reading.warmupUpdates(),
            reading.carrylessUpdates());
    return new Phase(
        "carry-less sums",
        reading.carrylessUpdates(),
        Double.POSITIVE_INFINITY,
        reading.carryless(),
        optimizer);
  }

  private static OptimizerSettings optimizer(
      double rate, Schedule schedule, int warmupUpdates, int totalUpdates) {
    return new OptimizerSettings(
        rate, schedule, warmupUpdates, totalUpdates, BETA1, BETA2, EPSILON, WEIGHT_DECAY, 1.0);
  }

  private static ObjectiveSettings loss() {
    double none = Double.POSITIVE_INFINITY;
    return new ObjectiveSettings(
        LossType.BNPO, Ratio.NONE, false, 0.2, 0.2, none, 0, false, 1, 0, false, 1, 0);
  }
}
