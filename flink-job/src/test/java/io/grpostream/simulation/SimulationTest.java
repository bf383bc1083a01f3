package io.grpostream.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.grpostream.rules.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands of whole runs with crashes, in which every invariant holds; and runs with a planted
 * bug, in which its invariant does not. A seed that fails is replayed alone, with its events, by
 * {@code -Dtest=SimulationTest -Dsimulation.seed=SEED}.
 */
final class SimulationTest {
  private static final int SEEDS = Integer.getInteger("simulation.seeds", 10_000);
  private static final int SEEDS_PER_BUG = 1_000;

  @Test
  void everyInvariantHoldsInEveryRun() {
    Long only = Long.getLong("simulation.seed");
    if (only != null) {
      run(only);
      return;
    }
    long started = System.nanoTime();
    long lives = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      lives += run(seed);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    assertTrue(lives > 2L * SEEDS, "runs must crash for this to mean something, not " + lives);
    assertTrue(took.toSeconds() < 60, SEEDS + " runs took " + took);
  }

  /** Runs one seed; its lives. */
  private static int run(long seed) {
    Simulation simulation = new Simulation(Scenario.of(seed, Bug.NONE), false);
    try {
      simulation.run();
      return simulation.lives();
    } catch (Violation e) {
      return fail(replay(seed, Bug.NONE), e);
    }
  }

  /** What a person needs to find the cause. */
  private static String replay(long seed, Bug bug) {
    Scenario scenario = Scenario.of(seed, bug);
    Simulation simulation = new Simulation(scenario, true);
    try {
      simulation.run();
      return "seed " + seed + " failed once and not again";
    } catch (Violation e) {
      return "seed %d, %s%n%s%s".formatted(seed, scenario, simulation.traced(), e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aPlantedBugIsFound(Bug bug) {
    Map<Invariant, Integer> found = new EnumMap<>(Invariant.class);
    for (long seed = 0; seed < SEEDS_PER_BUG; seed++) {
      try {
        new Simulation(Scenario.of(seed, bug), false).run();
      } catch (Violation e) {
        if (e.invariant() == bug.finder()) {
          return;
        }
        found.merge(e.invariant(), 1, Integer::sum);
      }
    }
    fail(bug + " did not break " + bug.finder() + ", but " + found);
  }

  @Test
  void everyInvariantHasABugThatBreaksIt() {
    Set<Invariant> finders = EnumSet.noneOf(Invariant.class);
    for (Bug bug : EnumSet.complementOf(EnumSet.of(Bug.NONE))) {
      finders.add(bug.finder());
    }
    assertEquals(EnumSet.allOf(Invariant.class), finders);
  }

  @Test
  void aSeedIsTheWholeRun() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(trace(seed), trace(seed));
    }
  }

  private static String trace(long seed) {
    Simulation simulation = new Simulation(Scenario.of(seed, Bug.NONE), true);
    simulation.run();
    return simulation.traced();
  }

  /** Killed after version 8 with the checkpoint at 6, and again before the next checkpoint. */
  @Test
  void policiesThatAreNotDeterministicDieTwiceAfterOneCheckpoint() {
    for (Schedule schedule : Schedule.values()) {
      int found = 0;
      for (long seed = 0; seed < 2_000; seed++) {
        Scenario scenario = Scenario.of(seed, Bug.NONE);
        if (!scenario.pureSampling() && scenario.schedule() == schedule) {
          Simulation simulation = new Simulation(scenario, false);
          simulation.run();
          found += simulation.diedTwiceAfterOneCheckpoint() ? 1 : 0;
        }
      }
      assertTrue(found >= 5, found + " runs in " + schedule);
    }
  }

  @Test
  void scenariosCoverWhatMayBeConfigured() {
    List<Scenario> scenarios = new ArrayList<>();
    for (long seed = 0; seed < 500; seed++) {
      scenarios.add(Scenario.of(seed, Bug.NONE));
    }
    for (Schedule schedule : Schedule.values()) {
      for (long staleness = 0; staleness < 3; staleness++) {
        long s = staleness;
        assertTrue(
            scenarios.stream().anyMatch(x -> x.schedule() == schedule && x.maxStaleness() == s));
      }
    }
    assertTrue(scenarios.stream().anyMatch(s -> s.minibatches().updates() == 4));
    assertTrue(scenarios.stream().anyMatch(s -> s.crashes() == 0));
    assertTrue(scenarios.stream().anyMatch(s -> s.crashes() == 6));
  }
}
