package io.grpostream.simulation;

import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One life of the job: its tasks, the channels between them, and the coordinator of its
 * checkpoints. Parallelism and the speed of each task are this life's own.
 */
final class Job {
  /**
   * How a life starts.
   *
   * @param lineage its new id
   * @param restored the newest complete checkpoint
   * @param lastCheckpoint ids go on from here
   */
  record Life(String lineage, Checkpoint restored, long lastCheckpoint) {}

  private final Scenario scenario;
  private final World world;
  private final Random random;
  private final Invariants invariants;
  private final SourceTask source;
  private final LearnerTask learner;
  private final Announcer announcer;
  private final LedgerSink ledger;
  private final int stateful;

  /** Every task, as often as it is fast. */
  private final List<Task> wheel = new ArrayList<>();

  private long lastCheckpoint;
  private Checkpoint completed;
  private @Nullable Checkpoint inFlight;
  private boolean mustNotify;

  Job(Scenario scenario, World world, Random random, Invariants invariants, Life life) {
    this.scenario = scenario;
    this.world = world;
    this.random = random;
    this.invariants = invariants;
    this.completed = life.restored();
    this.lastCheckpoint = life.lastCheckpoint();
    announcer = new Announcer(world);
    ledger = new LedgerSink(scenario, world, completed.learner().preCommitted());

    Inputs toLearner = new Inputs(scenario, random);
    List<Inputs> toWindows = inputs(1 + random.nextInt(2));
    List<Inputs> toRollouts = inputs(1 + random.nextInt(3));
    List<WindowTask> windows =
        toWindows.stream()
            .map(in -> new WindowTask(scenario, this, in, toLearner.newChannel()))
            .toList();
    List<ArrayDeque<Message>> blocks = channelsTo(toRollouts);
    List<RolloutTask> rollouts =
        toRollouts.stream()
            .map(in -> new RolloutTask(scenario, this, in, channelsTo(toWindows)))
            .toList();
    source =
        new SourceTask(
            scenario, world, life.lineage(), completed.source(), blocks, toLearner.newChannel());
    learner = new LearnerTask(scenario, this, toLearner, announcer, ledger, completed.learner());
    stateful = 2 + rollouts.size() + windows.size();

    restore(rollouts, windows);
    List.of(source, learner, announcer, new Feed(world, source::announce)).forEach(this::spin);
    windows.forEach(this::spin);
    rollouts.forEach(this::spin);
    rollouts.forEach(rollout -> spin(new Feed(world, rollout::announce)));
    Collections.shuffle(wheel, random);
  }

  /** Blocks go to any subtask, windows to the one of their key. */
  private void restore(List<RolloutTask> rollouts, List<WindowTask> windows) {
    for (Block block : completed.waitingBlocks()) {
      rollouts.get(random.nextInt(rollouts.size())).restore(block);
    }
    for (Answer answer : completed.openWindows()) {
      windows.get((int) (answer.number() % windows.size())).restore(answer);
    }
  }

  private List<Inputs> inputs(int tasks) {
    return Stream.generate(() -> new Inputs(scenario, random)).limit(tasks).toList();
  }

  private static List<ArrayDeque<Message>> channelsTo(List<Inputs> tasks) {
    return tasks.stream().map(Inputs::newChannel).toList();
  }

  private void spin(Task task) {
    int speed = 1 << random.nextInt(4);
    wheel.addAll(Collections.nCopies(speed, task));
  }

  /**
   * Lets one task do one thing.
   *
   * @return false if no task has anything to do
   */
  boolean step() {
    int from = random.nextInt(wheel.size());
    for (int i = 0; i < wheel.size(); i++) {
      Task task = wheel.get((from + i) % wheel.size());
      if (task.canStep()) {
        task.step();
        return true;
      }
    }
    return false;
  }

  /** Completes, announces or starts a checkpoint, if it is time. */
  void coordinate() {
    if (inFlight != null && inFlight.isComplete()) {
      completed = inFlight;
      inFlight = null;
      mustNotify = true;
      trace("checkpoint %d is complete", completed.id());
    } else if (mustNotify && random.nextInt(4) == 0) {
      mustNotify = false;
      ledger.commit(completed.id());
    } else if (inFlight == null && random.nextInt(scenario.checkpointEvery()) == 0) {
      inFlight = new Checkpoint(++lastCheckpoint, stateful);
      trace("checkpoint %d starts", lastCheckpoint);
      source.snapshot(inFlight);
    }
  }

  /** The checkpoint that is being taken. */
  Checkpoint checkpoint(long id) {
    if (inFlight == null || inFlight.id() != id) {
      throw new IllegalArgumentException("no checkpoint " + id + " is in flight");
    }
    return inFlight;
  }

  /** Dies, and says what the next life starts from. */
  Life die(String nextLineage) {
    announcer.die();
    return new Life(nextLineage, completed, lastCheckpoint);
  }

  void trace(String format, Object... arguments) {
    world.trace(format, arguments);
  }

  Random random() {
    return random;
  }

  Invariants invariants() {
    return invariants;
  }

  /** Hash of every version of the living lineage, by number. */
  List<String> history() {
    return learner.history();
  }

  long numbersGiven() {
    return source.numbersGiven();
  }

  long trainedBatches() {
    return learner.trainedBatches();
  }
}
