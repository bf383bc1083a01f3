package io.grpostream.simulation;

import io.grpostream.rules.Gate;
import io.grpostream.rules.Lineage;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Block;
import io.grpostream.simulation.Message.Group;
import io.grpostream.simulation.Message.NumberedPrompt;
import java.util.ArrayList;
import java.util.List;

/** What a checkpoint holds: every task's state as of the same barrier. */
final class Checkpoint {
  /** Source and sequencer. */
  record SourceState(long offset, Gate.Snapshot gate, List<NumberedPrompt> unfinishedBlock) {
    static final SourceState START = new SourceState(0, Gate.Snapshot.START, List.of());
  }

  /**
   * The learner.
   *
   * @param applied updates of the next batch that are in the weights
   * @param history hash of every version so far, by number
   * @param preCommitted ledger records of this checkpoint and of earlier ones not yet committed
   */
  record LearnerState(
      long nextBatch,
      int applied,
      String weights,
      List<Lineage.Version> kept,
      List<String> history,
      List<Group> waiting,
      List<World.Transaction> preCommitted) {
    static final LearnerState START =
        new LearnerState(
            0,
            0,
            FakePolicy.BASE,
            List.of(new Lineage.Version(0, FakePolicy.BASE)),
            List.of(FakePolicy.BASE),
            List.of(),
            List.of());
  }

  private final long id;
  private final List<Block> waitingBlocks = new ArrayList<>();
  private final List<Answer> openWindows = new ArrayList<>();
  private SourceState source = SourceState.START;
  private LearnerState learner = LearnerState.START;
  private int missing;

  /**
   * Starts one.
   *
   * @param tasks whose state is awaited
   */
  Checkpoint(long id, int tasks) {
    this.id = id;
    this.missing = tasks;
  }

  /** What a run starts from. */
  static Checkpoint start() {
    return new Checkpoint(0, 0);
  }

  long id() {
    return id;
  }

  boolean isComplete() {
    return missing == 0;
  }

  void ofSource(SourceState state) {
    source = state;
    missing--;
  }

  void ofRollout(List<Block> blocks) {
    waitingBlocks.addAll(blocks);
    missing--;
  }

  void ofWindow(List<Answer> answers) {
    openWindows.addAll(answers);
    missing--;
  }

  void ofLearner(LearnerState state) {
    learner = state;
    missing--;
  }

  SourceState source() {
    return source;
  }

  List<Block> waitingBlocks() {
    return waitingBlocks;
  }

  List<Answer> openWindows() {
    return openWindows;
  }

  LearnerState learner() {
    return learner;
  }
}
