package io.grpostream.replay;

import com.fasterxml.jackson.databind.node.TextNode;
import io.grpostream.ledger.Difference;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.records.Group;
import io.grpostream.records.TrainingStep;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.records.TrainingStep.TrainedGroup;
import io.grpostream.rules.BatchAssembly;
import io.grpostream.rules.Batches;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Learns a run's batches again, in their order, and compares each step with the recorded one. Ends
 * with the record, or at the first difference.
 */
final class Relearning {
  private final List<Determined> recorded;
  private final ReplayedLearner learner;
  private final Batches batches;
  private final BatchAssembly<Group> assembly;
  private final Optional<Fork> fork;
  private final ReplayListener listener;
  private long verified;
  private Optional<Mismatch> mismatch = Optional.empty();

  /**
   * Where record and replay part.
   *
   * @param first in what, first
   * @param recordedSha256 hash of the version in the record
   * @param sha256 hash of the version made here
   * @param sameGroups whether both were trained on the same groups and rewards
   */
  record Mismatch(Difference first, String recordedSha256, String sha256, boolean sameGroups) {}

  Relearning(
      RunRecord record, ReplayedLearner learner, Optional<Fork> fork, ReplayListener listener) {
    this.recorded = record.steps();
    this.learner = learner;
    this.batches = new Batches(record.config().learner().batchGroups(), 1);
    this.assembly = new BatchAssembly<>(batches, Group::number, 0);
    this.fork = fork;
    this.listener = listener;
    verifyBase();
  }

  private void verifyBase() {
    String base = learner.newest().sha256();
    Determined first = recorded.get(0);
    if (!first.parentSha256().equals(base)) {
      Difference difference =
          new Difference(
              0, "parentSha256", TextNode.valueOf(first.parentSha256()), TextNode.valueOf(base));
      mismatch = Optional.of(new Mismatch(difference, first.parentSha256(), base, true));
    }
  }

  /** Whether prompt n belongs to a step that is still to be learned. */
  boolean wants(long number) {
    return !ended() && batches.batchOf(number) < recorded.size();
  }

  /** Whether the record ends here, or differs. */
  boolean ended() {
    return mismatch.isPresent() || learner.newest().number() == recorded.size();
  }

  /** Takes a group in; they come in any order. */
  void add(Group group) {
    assembly.add(group);
  }

  /**
   * Learns the next batch.
   *
   * @return false if it is not complete, or nothing is to be learned any more
   */
  boolean learnNext(StopSignal stop) throws IOException, StoppedException {
    Optional<List<Group>> batch = assembly.ready();
    if (ended() || batch.isEmpty()) {
      return false;
    }
    int k = Math.toIntExact(assembly.nextBatch());
    if (fork.isPresent() && fork.get().at() == k) {
      learner.goOnBy(fork.get().config());
    }
    TrainingStep step = learner.learn(batch.get(), stop);
    assembly.finish();
    boolean own = fork.isPresent() && k >= fork.get().at();
    if (!own) {
      compare(recorded.get(k), step.determined());
    }
    if (fork.isPresent()) {
      fork.get().add(step);
    }
    listener.learned(step, recorded.size());
    return true;
  }

  private void compare(Determined was, Determined again) {
    // A key that came after the run changes the hash of the keys, and maybe no bit.
    Determined comparable = with(again, was.configSha256(), again.groups());
    Optional<Difference> difference = Difference.between(was, comparable);
    if (difference.isEmpty()) {
      verified++;
    } else {
      boolean sameGroups =
          Difference.between(was, with(was, was.configSha256(), again.groups())).isEmpty();
      mismatch =
          Optional.of(new Mismatch(difference.get(), was.sha256(), again.sha256(), sameGroups));
    }
  }

  private static Determined with(Determined step, String configSha256, List<TrainedGroup> groups) {
    return new Determined(
        step.step(),
        step.version(),
        step.sha256(),
        step.parentSha256(),
        configSha256,
        groups,
        step.rewardMean(),
        step.metrics(),
        step.updates());
  }

  /** Steps that came out as recorded. */
  long verified() {
    return verified;
  }

  Optional<Mismatch> mismatch() {
    return mismatch;
  }
}
