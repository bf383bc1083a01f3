package io.grpostream.replay;

import io.grpostream.config.RunConfig;
import io.grpostream.manifest.Manifest;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.rules.Schedule;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.util.function.ThrowingConsumer;

/**
 * A run done again from its record, and compared with its ledger step by step.
 *
 * @param record of the run
 * @param config the run's configuration, or one with other keys that decide no bits
 * @param stop asks it to end
 * @param listener hears of each step
 */
public record Replay(RunRecord record, RunConfig config, StopSignal stop, ReplayListener listener) {
  /**
   * Learns the recorded rollouts again.
   *
   * @param fork where to leave the record, if at all
   * @throws StoppedException if told to stop
   */
  public ReplayResult fromRollouts(Optional<Fork> fork) throws IOException, StoppedException {
    try (ReplayedLearner learner = new ReplayedLearner(config, record.run())) {
      Relearning relearning = new Relearning(record, learner, fork, listener);
      each(
          record.topics()::rollouts,
          group -> {
            if (relearning.wants(group.number())) {
              relearning.add(group);
              while (relearning.learnNext(stop)) {
                stop.check();
              }
            }
          });
      if (fork.isPresent() && relearning.mismatch().isEmpty()) {
        try (TensorSource weights = learner.weights()) {
          fork.get().end(weights);
        }
      }
      long versions = fork.map(Fork::at).orElse((long) record.steps().size());
      return result(relearning, learner, versions, "rollouts");
    }
  }

  /**
   * Samples and learns again.
   *
   * @throws UserErrorException if the run was not in lockstep, so that time decided its bits too
   * @throws StoppedException if told to stop
   */
  public ReplayResult fromPrompts() throws IOException, StoppedException {
    if (config.schedule().mode() != Schedule.LOCKSTEP) {
      throw new UserErrorException(
          "schedule.mode of %s is live; only lockstep runs follow from their prompts; use --from"
                  .formatted(record.folder().path())
              + " rollouts");
    }
    try (ReplayedLearner learner = new ReplayedLearner(config, record.run())) {
      Relearning relearning = new Relearning(record, learner, Optional.empty(), listener);
      try (PromptsReplay replay = new PromptsReplay(config, learner, relearning, stop)) {
        each(record.topics()::prompts, replay::prompt);
        replay.finish();
      }
      return result(relearning, learner, record.steps().size(), "prompts");
    }
  }

  private ReplayResult result(
      Relearning relearning, ReplayedLearner learner, long versions, String topic)
      throws IOException {
    String sha256 = learner.newest().sha256();
    Optional<Relearning.Mismatch> mismatch = relearning.mismatch();
    if (mismatch.isPresent()) {
      String cause =
          LikeliestCause.of(record.manifest(), Manifest.of(config, record.run()), mismatch.get());
      return new ReplayResult(
          versions,
          relearning.verified(),
          new ReplayResult.FirstDifference(
              mismatch.get().first().step(),
              mismatch.get().first().field(),
              mismatch.get().first().a(),
              mismatch.get().first().b(),
              mismatch.get().recordedSha256(),
              mismatch.get().sha256(),
              cause),
          sha256);
    }
    if (!relearning.ended()) {
      throw new UserErrorException(
          "the record's %s are enough for %d of the ledger's %d steps; take both from the same run"
              .formatted(topic, learner.newest().number(), record.steps().size()));
    }
    return new ReplayResult(versions, relearning.verified(), null, sha256);
  }

  /** Gives every record to the consumer; the topics' readers know no checked exceptions. */
  private <T> void each(Consumer<Consumer<T>> topic, ThrowingConsumer<T, Exception> consumer)
      throws StoppedException {
    try {
      topic.accept(
          ThrowingConsumer.unchecked(
              each -> {
                stop.check();
                consumer.accept(each);
              }));
    } catch (RuntimeException e) {
      if (e.getCause() instanceof StoppedException stopped) {
        throw stopped;
      }
      throw e;
    }
  }
}
