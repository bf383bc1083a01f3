package io.grpostream.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Coordinates;
import io.grpostream.records.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written into a run's folder is what is read from it. */
class RunFolderTest {
  @TempDir Path folder;

  private static final TrainingStep STEP =
      new TrainingStep(
          new TrainingStep.Determined(
              0,
              1,
              "b".repeat(64),
              "a".repeat(64),
              "c".repeat(64),
              List.of(
                  new TrainingStep.TrainedGroup(
                      7,
                      new Coordinates("prompts", 0, 9),
                      0,
                      "a".repeat(64),
                      new double[] {1, Double.NaN, -0.1},
                      "trained")),
              0.45,
              Map.of(
                  "loss", Double.NaN, "gradNorm", Double.POSITIVE_INFINITY, "entropy", 0.1 + 0.2),
              2),
          new TrainingStep.Observed(
              "lineage-1", 1_700_000_000_000L, 0.25, 0.5, 0.125, 640, 320, 1, 2048));

  private static final String STEP_JSON =
      "{\"determined\":{\"step\":0,\"version\":1,\"sha256\":\""
          + "b".repeat(64)
          + "\",\"parentSha256\":\""
          + "a".repeat(64)
          + "\",\"configSha256\":\""
          + "c".repeat(64)
          + "\",\"groups\":[{\"number\":7,\"at\":{\"topic\":\"prompts\",\"partition\":0,\"offset\":9},"
          + "\"policyNumber\":0,\"policySha256\":\""
          + "a".repeat(64)
          + "\",\"rewards\":[1.0,null,-0.1],\"outcome\":\"trained\"}],\"rewardMean\":0.45,"
          + "\"metrics\":{\"entropy\":0.30000000000000004,\"gradNorm\":\"Infinity\",\"loss\":null},"
          + "\"updates\":2},\"observed\":{\"lineage\":\"lineage-1\",\"finishedAtMillis\":1700000000000,"
          + "\"trainSeconds\":0.25,\"waitSeconds\":0.5,\"publishSeconds\":0.125,"
          + "\"trainedTokens\":640,\"sampledTokens\":320,\"staleness\":1,\"peakMemoryBytes\":2048}}";

  @Test
  void aStepIsOneLineOfJson() throws IOException {
    RunFolder run = RunFolder.create(folder.resolve("runs/1"));
    run.writeSteps(List.of(STEP));
    assertEquals(STEP_JSON + "\n", Files.readString(run.stepsFile()));
  }

  @Test
  void stepsComeBackBitForBit() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSteps(List.of(STEP, STEP));
    run.writeSteps(List.of(STEP));
    List<TrainingStep> steps = RunFolder.open(folder).steps();
    assertEquals(3, steps.size());
    TrainingStep.Determined read = steps.get(2).determined();
    assertEquals(STEP.observed(), steps.get(2).observed());
    assertEquals(STEP.determined().metrics(), read.metrics());
    assertTrue(Double.isNaN(read.groups().get(0).rewards()[1]));
    assertEquals(STEP_JSON, RunJson.write(steps.get(2)));
  }

  @Test
  void fieldsOfALaterVersionAreSkipped() throws IOException {
    String later = STEP_JSON.replace("\"updates\":2", "\"updates\":2,\"new\":[{}]");
    assertEquals(STEP_JSON, RunJson.write(RunJson.read(later, TrainingStep.class)));
  }

  @Test
  void evaluationsSamplesAndSummaryComeBack() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.appendEvaluation(0, 0.12, 500);
    run.appendEvaluation(50, Double.NaN, 500);
    List<Sample> samples = List.of(new Sample(1, "437+285=", "6\n\u20ac\ud83d\ude00", Double.NaN));
    run.writeSamples(samples);
    RunSummary summary =
        new RunSummary(
            100, 1, 0.12, Double.NaN, 500, 0, 1, 9, 4.5, 61.25, 2.5, 111_000, "ab", "runs/1");
    run.writeSummary(summary);
    run.writeConfig("steps: 100\n");

    assertEquals(
        List.of(new Evaluation(0, 0.12, 500), new Evaluation(50, Double.NaN, 500)),
        run.evaluations());
    assertEquals(samples, run.samples());
    assertEquals(Optional.of(summary), run.summary());
    assertEquals(Optional.of("steps: 100\n"), run.config());
  }

  @Test
  void aCutOffSurrogatePairIsReplaced() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSamples(List.of(new Sample(1, "p", "half \ud83d", 0)));
    assertEquals("half ?", run.samples().get(0).completion());
  }

  @Test
  void whatARunLeftOutIsEmpty() throws IOException {
    RunFolder run = RunFolder.create(folder);
    assertEquals(List.of(), run.steps());
    assertEquals(List.of(), run.evaluations());
    assertEquals(List.of(), run.samples());
    assertEquals(Optional.empty(), run.summary());
    assertEquals(Optional.empty(), run.config());
  }

  @Test
  void aLineCutOffByAKillIsNotRead() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSteps(List.of(STEP));
    Files.writeString(run.stepsFile(), STEP_JSON.substring(0, 99), StandardOpenOption.APPEND);
    assertEquals(1, run.steps().size());
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSteps(List.of(STEP));
    Files.writeString(run.stepsFile(), "{\"determined\":null}\n", StandardOpenOption.APPEND);
    String message = assertThrows(UserErrorException.class, run::steps).getMessage();
    assertTrue(
        String.valueOf(message).startsWith(run.stepsFile() + " line 2 is not a TrainingStep ("),
        message);
  }

  @Test
  void aFolderIsCreatedOnceAndOpenedAfter() throws IOException {
    Path run = folder.resolve("run");
    assertThrows(UserErrorException.class, () -> RunFolder.open(run));
    RunFolder.create(run).writeSteps(List.of(STEP));
    assertThrows(UserErrorException.class, () -> RunFolder.create(run));
    assertEquals(run, RunFolder.open(run).path());
  }
}
