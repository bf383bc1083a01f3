package io.grpostream.report;

import io.grpostream.records.Coordinates;
import io.grpostream.records.TrainingStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A made-up run that looks like one that learned: the same for the same seed and steps. */
final class SyntheticRun {
  private final RunFolder run;
  private final int steps;
  private final SplittableRandom random = new SplittableRandom(1);

  private SyntheticRun(Path folder, int steps) throws IOException {
    this.run = RunFolder.create(folder);
    this.steps = steps;
  }

  /** A folder with every file that a run leaves for its report. */
  static RunFolder write(Path folder, int steps) throws IOException {
    SyntheticRun synthetic = new SyntheticRun(folder, steps);
    List<TrainingStep> ledger = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      ledger.add(synthetic.step(i));
    }
    synthetic.run.writeSteps(ledger);
    synthetic.run.writeConfig("steps: " + steps + "\nrollout:\n  group-size: 8 # G < 9 & > 7\n");
    synthetic.writeEvaluations();
    synthetic.writeSamples();
    synthetic.run.writeSummary(
        new RunSummary(
            steps, 1, 0.12, 0.932, 500, 3, 1, 12, 6.2, 97.4, 1.13, 111_234L, "5f".repeat(32), "x"));
    return synthetic.run;
  }

  private double progress(int step) {
    return 1 / (1 + Math.exp(-10 * (step / (double) Math.max(1, steps) - 0.35)));
  }

  private double noise() {
    return random.nextDouble() + random.nextDouble() - 1;
  }

  private TrainingStep step(int i) {
    double learned = progress(i);
    double reward = 0.28 + 0.62 * learned + 0.06 * noise();
    boolean stale = i > 0;
    double gradNorm =
        i > 0 && i == steps / 2 ? Double.NaN : 0.4 + 0.5 * (1 - learned) + 0.2 * noise();
    Map<String, Double> metrics =
        Map.ofEntries(
            Map.entry("loss", 0.02 * noise()),
            Map.entry("gradNorm", gradNorm),
            Map.entry("entropy", 0.15 + 0.75 * (1 - learned) + 0.05 * noise()),
            Map.entry("clipFractionLow", stale ? 0.004 + 0.003 * noise() : 0),
            Map.entry("clipFractionHigh", stale ? 0.011 + 0.006 * noise() : 0),
            Map.entry("behaviorKl", stale ? 0.0006 + 0.0003 * noise() : 0),
            Map.entry("logprobDeltaMean", stale ? 0.01 + 0.003 * noise() : 1e-6),
            Map.entry("logprobDeltaMax", stale ? 0.2 + 0.1 * noise() : 1e-5),
            Map.entry("effectiveSampleSize", stale ? 0.97 + 0.02 * noise() : 1),
            Map.entry("kl", 0.0));
    List<TrainingStep.TrainedGroup> groups = new ArrayList<>();
    for (int g = 0; g < 4; g++) {
      String outcome = random.nextDouble() < 0.6 * learned ? "uninformative" : "trained";
      groups.add(
          new TrainingStep.TrainedGroup(
              4L * i + g,
              new Coordinates("prompts", 0, 4L * i + g),
              Math.max(0, i - 1),
              "aa",
              new double[] {1, 0},
              outcome));
    }
    return new TrainingStep(
        new TrainingStep.Determined(i, i + 1, "bb", "aa", "cc", groups, reward, metrics, 1),
        new TrainingStep.Observed(
            "lineage-1",
            1_700_000_000_000L + 850L * i + random.nextInt(120),
            0.4,
            0.2,
            0.05,
            1100,
            1000 + random.nextInt(100),
            stale ? 1 : 0,
            1L << 30));
  }

  private void writeEvaluations() throws IOException {
    for (int i = 0; i <= 10; i++) {
      int step = i * steps / 10;
      if (i == 0 || step != (i - 1) * steps / 10) {
        run.appendEvaluation(step, 0.12 + 0.81 * progress(step) + 0.01 * noise(), 500);
      }
    }
  }

  private void writeSamples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int a = 200 + random.nextInt(700);
      int b = 200 + random.nextInt(700);
      String withoutCarry =
          String.valueOf(
              (a / 100 + b / 100) % 10 * 100 + (a / 10 + b / 10) % 10 * 10 + (a + b) % 10);
      String prompt = a + "+" + b + "=";
      samples.add(new Sample(0, prompt, withoutCarry, 0));
      samples.add(new Sample(steps, prompt, String.valueOf(a + b), 1));
    }
    run.writeSamples(samples);
  }
}
