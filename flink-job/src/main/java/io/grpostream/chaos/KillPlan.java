package io.grpostream.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Who is killed when: a function of number and seed. Every kind of process comes equally often, up
 * to one; every fourth kill falls into the middle of a step and every sixth between a snapshot and
 * its commit, so that 20 kills hold five and three of them.
 */
final class KillPlan {
  private static final List<Victim> EVERYONE = List.of(Victim.values());
  private static final int STEP_EVERY = 4;
  private static final int COMMIT_EVERY = 6;

  private KillPlan() {}

  /**
   * One kill.
   *
   * @param after time since the one before, or since the run's first version
   */
  record Kill(Victim victim, Phase phase, Duration after) {}

  /**
   * The plan.
   *
   * @param mean of the times between two kills, which lie between half of it and one and a half
   */
  static List<Kill> of(int kills, long seed, Duration mean) {
    Random random = new Random(seed);
    List<Victim> victims = new ArrayList<>();
    List<Phase> phases = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      victims.add(EVERYONE.get(i % EVERYONE.size()));
      phases.add(phase(i, kills));
    }
    Collections.shuffle(victims, random);
    Collections.shuffle(phases, random);
    List<Kill> plan = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      long millis = Math.round(mean.toMillis() * (0.5 + random.nextDouble()));
      plan.add(new Kill(victims.get(i), phases.get(i), Duration.ofMillis(millis)));
    }
    return plan;
  }

  private static Phase phase(int kill, int kills) {
    int inStep = (kills + STEP_EVERY - 1) / STEP_EVERY;
    int inCommit = kills / COMMIT_EVERY;
    if (kill < inStep) {
      return Phase.STEP;
    }
    return kill < inStep + inCommit ? Phase.COMMIT : Phase.ANY;
  }
}
