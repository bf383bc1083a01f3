package io.grpostream.chaos;

import io.grpostream.bench.Median;
import io.grpostream.chaos.ChaosResult.Recovery;
import io.grpostream.cluster.ClusterFolder;
import io.grpostream.cluster.ClusterSettings;
import io.grpostream.cluster.FaultTarget;
import io.grpostream.cluster.ProcessCluster;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.LedgerCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The same run twice on a cluster of real processes: unbroken, and under faults. Afterwards a judge
 * that is no part of the job compares what the topics hold.
 */
public final class ChaosRun {
  /**
   * Of the JobManagers one leads and one stands by; of the TaskManagers one holds the learner, one
   * samples, one stands by.
   */
  private static final ClusterSettings.Size SIZE = new ClusterSettings.Size(2, 3, 1);

  /**
   * Nobody's steps are shorter; bounds the prompts put on the topic of a run whose length time
   * decides.
   */
  private static final Duration SHORTEST_STEP = Duration.ofMillis(150);

  private static final Duration LONGEST_STEP = Duration.ofMinutes(2);

  private final ChaosSettings settings;
  private final ClusterFolder folder;
  private final Path home;
  private final Consumer<Recovery> told;

  /**
   * Makes one.
   *
   * @param folder the cluster's, which is made for this
   * @param home the project's
   * @param told hears of each fault when it is over
   */
  public ChaosRun(
      ChaosSettings settings, ClusterFolder folder, Path home, Consumer<Recovery> told) {
    this.settings = settings;
    this.folder = folder;
    this.home = home;
    this.told = told;
  }

  /** What is left of the unbroken run. */
  private record Baseline(List<TrainingStep> steps) {
    String sha256() {
      return steps.get(steps.size() - 1).determined().sha256();
    }

    double medianStepSeconds() {
      double[] seconds = new double[steps.size() - 1];
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = (finished(i + 1) - finished(i)) / 1e3;
      }
      return Median.of(seconds);
    }

    private long finished(int step) {
      return steps.get(step).observed().finishedAtMillis();
    }
  }

  /** What was done to the run. */
  private record Done(List<Recovery> kills, List<Recovery> faults) {}

  /** Both runs, and the judge. */
  public ChaosResult run() throws Exception {
    ProcessCluster cluster =
        ProcessCluster.create(folder, ClusterSettings.withFreePorts(SIZE, 0, 0), home);
    Optional<SmallDisk> disk =
        settings.furtherFaults() ? SmallDisk.at(folder.checkpointFolder()) : Optional.empty();
    Thread cleanUp = new Thread(() -> stop(cluster), "chaos-clean-up");
    Runtime.getRuntime().addShutdownHook(cleanUp);
    try {
      cluster.start();
      Baseline baseline = baseline();
      // Both runs have processes that have just started; the second's find the first's classes.
      cluster.stop();
      cluster.start();
      return underFaults(cluster, disk, baseline);
    } finally {
      stop(cluster);
      Runtime.getRuntime().removeShutdownHook(cleanUp);
      if (disk.isPresent()) {
        disk.get().close();
      }
    }
  }

  private Baseline baseline() throws Exception {
    // Long enough that the run is not over before its last kill.
    Duration length = settings.mean().multipliedBy(settings.kills() + 1L);
    long steps = settings.steps() > 0 ? settings.steps() : length.dividedBy(SHORTEST_STEP);
    try (WatchedRun run = WatchedRun.start(folder, settings, "baseline", steps)) {
      Duration patience =
          settings.steps() > 0 ? LONGEST_STEP.multipliedBy(settings.steps()) : length;
      run.watch().await(steps, patience);
      run.end();
      return new Baseline(run.ledger());
    }
  }

  private ChaosResult underFaults(
      ProcessCluster cluster, Optional<SmallDisk> disk, Baseline baseline) throws Exception {
    long steps = baseline.steps().size();
    double median = baseline.medianStepSeconds();
    try (WatchedRun run = WatchedRun.start(folder, settings, "faults", steps)) {
      VersionWatch watch = run.watch();
      Faults faults =
          new Faults(
              new FaultTarget(cluster, run.submitted()),
              watch,
              Duration.ofMillis(Math.round(median * 1e3)),
              told);
      Done done = strike(faults, run, disk, steps);
      watch.await(steps, LONGEST_STEP.multipliedBy(steps));
      run.end();
      double wall = (watch.firstHeard(steps) - watch.firstHeard(0)) / 1e9;
      return result(run, baseline, done, wall);
    }
  }

  /** Every kill in its time, and each further fault between two of them. */
  private Done strike(Faults faults, WatchedRun run, Optional<SmallDisk> disk, long steps)
      throws IOException, InterruptedException {
    List<KillPlan.Kill> plan = KillPlan.of(settings.kills(), settings.seed(), settings.mean());
    List<Recovery> kills = new ArrayList<>();
    List<Recovery> others = new ArrayList<>();
    long last = System.nanoTime();
    for (KillPlan.Kill kill : plan) {
      long due = last + kill.after().toNanos();
      Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
      if (run.watch().newest() >= steps - 1) {
        break;
      }
      last = System.nanoTime();
      kills.add(faults.kill(kill.victim(), kill.phase()));
      if (settings.furtherFaults()) {
        further(faults, run, disk, kills.size(), plan.size()).ifPresent(others::add);
      }
    }
    return new Done(kills, others);
  }

  private static Optional<Recovery> further(
      Faults faults, WatchedRun run, Optional<SmallDisk> disk, int kills, int all)
      throws IOException, InterruptedException {
    if (kills == (all + 3) / 4) {
      return Optional.of(faults.pauseLearner());
    }
    if (kills == (all + 1) / 2) {
      return Optional.of(faults.damageVersion(run.store()));
    }
    return kills == (3 * all + 3) / 4 && disk.isPresent()
        ? Optional.of(faults.fillDisk(disk.get()))
        : Optional.empty();
  }

  private static ChaosResult result(WatchedRun run, Baseline baseline, Done done, double wall)
      throws Exception {
    LedgerCheck.Result judged = run.judge();
    List<TrainingStep> ledger = run.ledger();
    long steps = baseline.steps().size();
    long expected =
        baseline.steps().stream().mapToLong(step -> step.determined().groups().size()).sum();
    long distinct = judged.prompts() - judged.repeated().size();
    double median = baseline.medianStepSeconds();
    return new ChaosResult(
        done.kills().size(),
        Math.max(judged.missing().size(), expected - distinct),
        judged.repeated().size(),
        baseline.sha256(),
        ledger.isEmpty() ? "" : ledger.get(ledger.size() - 1).determined().sha256(),
        run.watch().redone(),
        done.kills().isEmpty()
            ? Double.NaN
            : Median.of(done.kills().stream().mapToDouble(Recovery::recoverySeconds).toArray()),
        steps * median / wall,
        steps,
        median,
        wall,
        judged.chainOk(),
        done.kills(),
        done.faults());
  }

  private static void stop(ProcessCluster cluster) {
    try {
      cluster.stop();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
