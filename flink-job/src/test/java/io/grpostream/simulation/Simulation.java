package io.grpostream.simulation;

import java.util.Random;

/**
 * One whole run: the job lives, dies and is restored until the ledger has its N steps.
 *
 * <p>Crashes roll the job's state back to the newest complete checkpoint, but no topic, and what
 * the dead job had not sent yet may arrive during a later life.
 */
final class Simulation {
  private static final int MOST_EVENTS = 100_000;

  private final Scenario scenario;
  private final Random random;
  private final Invariants invariants;
  private final World world;
  private int lives = 1;
  private long events;
  private Job job;

  /** The checkpoint that the last life left two versions behind it; −1 if it did not. */
  private long leftBehind = -1;

  private boolean leftBehindTwice;

  Simulation(Scenario scenario, boolean tracing) {
    this.scenario = scenario;
    random = new Random(~scenario.seed());
    invariants = new Invariants(scenario);
    world = new World(scenario, random, invariants, tracing);
    invariants.startRun(world.prompts());
    job = life(new Job.Life(lineage(), Checkpoint.start(), 0));
  }

  /**
   * Runs to the end.
   *
   * @return events it took
   * @throws Violation if an invariant does not hold
   */
  long run() {
    try {
      while (world.ledger().size() < scenario.steps()) {
        step();
        invariants.afterEvent(job);
      }
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new Violation(Invariant.NO_RULE_REFUSES, String.valueOf(e.getMessage()), e);
    }
    return events;
  }

  private void step() {
    events++;
    if (lives <= scenario.crashes() && random.nextInt(scenario.crashEvery()) == 0) {
      crash();
    } else if (random.nextInt(20) == 0) {
      world.stir(random);
    } else {
      job.coordinate();
      boolean stepped = job.step();
      Invariants.require(
          (stepped || job.trainedBatches() == scenario.steps()) && events < MOST_EVENTS,
          Invariant.NONE_LOST,
          "nothing more happens after %d batches were trained, %d steps committed",
          job.trainedBatches(),
          world.ledger().size());
    }
  }

  private void crash() {
    lives++;
    Job.Life next = job.die(lineage());
    boolean ahead = job.trainedBatches() >= next.restored().learner().nextBatch() + 2;
    leftBehindTwice |= ahead && next.restored().id() == leftBehind;
    leftBehind = ahead ? next.restored().id() : -1;
    world.trace("crash; life %d restores checkpoint %d", lives, next.restored().id());
    job = life(next);
  }

  private Job life(Job.Life life) {
    return new Job(scenario, world, random, invariants, life);
  }

  private String lineage() {
    return scenario.has(Bug.LINEAGE_NOT_RENEWED) ? "life" : "life " + lives;
  }

  /** Whether two lives in a row died two versions after one and the same checkpoint. */
  boolean diedTwiceAfterOneCheckpoint() {
    return leftBehindTwice;
  }

  int lives() {
    return lives;
  }

  String traced() {
    return world.traced();
  }
}
