package io.grpostream.pretraining;

import io.grpostream.config.Key;
import io.grpostream.config.Rules;

/** The configuration of {@code ./grpo pretrain}. */
public record PretrainConfig(
    @Key(means = "what it makes", preset = "{}") OutputSection output,
    @Key(means = "the problems", preset = "{}") TaskSection task,
    @Key(means = "how it reads", preset = "{}") ReadingSection reading) {

  /** {@code output}: what it makes. */
  public record OutputSection(
      @Key(means = "folder of the checkpoint to write", preset = "models/adder") String checkpoint,
      @Key(
              means = "JSON lines file of the problems to learn with GRPO",
              preset = "data/addition-train.jsonl")
          String train,
      @Key(
              means = "JSON lines file of the held-out problems",
              preset = "data/addition-heldout.jsonl")
          String heldOut) {}

  /** {@code task}: the problems, in parts that share none. */
  public record TaskSection(
      @Key(means = "seeds which problem is in which part", preset = "7") long seed,
      @Key(means = "held-out problems", preset = "500") int heldOut,
      @Key(means = "problems to learn with GRPO", preset = "1000") int train,
      @Key(means = "problems that say when to go on to the next phase", preset = "200")
          int validation) {
    public TaskSection {
      new Rules()
          .atLeast("held-out", heldOut, 1, "500 is usual")
          .atLeast("train", train, 1, "1000 is usual")
          .atLeast("validation", validation, 1, "200 is usual")
          .require(
              "held-out",
              heldOut,
              (long) heldOut + train + validation < Problem.DIFFERENT,
              "with task.train and task.validation it must be below "
                  + Problem.DIFFERENT
                  + ", all sums of two three-digit numbers, so that some are left to read",
              "take fewer",
              "train",
              "validation")
          .check();
    }
  }

  /** {@code reading}: first right sums until it can add, then mostly carry-less ones. */
  public record ReadingSection(
      @Key(means = "seeds weights and text", preset = "1") long seed,
      @Key(means = "torch threads", preset = "2") int threads,
      @Key(means = "sums per update", preset = "128") int batch,
      @Key(means = "learning rate while the sums are right", preset = "2e-3") double learningRate,
      @Key(means = "updates over which a rate rises, in each phase", preset = "50")
          int warmupUpdates,
      @Key(means = "updates with right sums before it counts as unable to learn", preset = "3000")
          int mostUpdates,
      @Key(
              means = "share of validation problems added right that shows it can add",
              preset = "0.95")
          double able,
      @Key(means = "updates with mostly carry-less sums", preset = "1000") int carrylessUpdates,
      @Key(means = "learning rate with carry-less sums, falling to 0", preset = "1e-3")
          double carrylessLearningRate,
      @Key(means = "share of sums whose carries are forgotten", preset = "0.7") double carryless) {
    public ReadingSection {
      new Rules()
          .atLeast("threads", threads, 1, "give the cores it may use")
          .atLeast("batch", batch, 1, "128 is usual")
          .above("learning-rate", learningRate, 0, "2e-3 is usual")
          .atLeast("warmup-updates", warmupUpdates, 0, "50 is usual")
          .atLeast("most-updates", mostUpdates, 1, "3000 is usual")
          .require("able", able, able > 0 && able <= 1, "it must be in (0, 1]", "0.95 is usual")
          .atLeast("carryless-updates", carrylessUpdates, 1, "1000 is usual")
          .above("carryless-learning-rate", carrylessLearningRate, 0, "1e-3 is usual")
          .require(
              "carryless",
              carryless,
              carryless >= 0 && carryless <= 1,
              "it must be in [0, 1]",
              "0.7 is usual")
          .check();
    }
  }
}
