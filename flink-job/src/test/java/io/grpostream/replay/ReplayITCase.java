package io.grpostream.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.cli.Ran;
import io.grpostream.local.LocalBroker;
import io.grpostream.policy.StopSignal;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous runs, held up at random, done again from what they have recorded. */
class ReplayITCase {
  @TempDir private Path folder;

  /**
   * Two runs of different parallelism and delays end in the same weights, and each is done again
   * from its prompts and from its rollouts, one from Kafka and one from files.
   */
  private Path runsAndReplays(long steps, double share) throws Exception {
    try (LocalBroker broker = LocalBroker.start(folder.resolve("kafka"))) {
      DelayedRun one = new DelayedRun(broker, folder.resolve("one"), 1, steps);
      DelayedRun two = new DelayedRun(broker, folder.resolve("two"), 2, steps);
      List<TrainingStep> first = one.run(new Delays(1, share));
      List<TrainingStep> second = two.run(new Delays(2, share));
      assertEquals(steps, first.size());
      for (int k = 0; k < steps; k++) {
        assertEquals(first.get(k).determined().sha256(), second.get(k).determined().sha256());
      }
      assertTrue(second.stream().anyMatch(step -> step.observed().staleness() == 1));
      verifyAll(one.onKafka(), steps);
      Path files = two.leaveFiles();
      verifyAll(RunRecord.of(files, Optional.empty()), steps);
      return files;
    }
  }

  private static void verifyAll(RunRecord record, long steps) throws Exception {
    Replay replay = new Replay(record, record.config(), StopSignal.NEVER, (step, of) -> {});
    for (ReplayResult result :
        List.of(replay.fromPrompts(), replay.fromRollouts(Optional.empty()))) {
      assertNull(result.firstDifference());
      assertEquals(steps, result.versions());
      assertEquals(steps, result.verified());
    }
  }

  @Test
  void aDelayedRunIsDoneAgainFromPromptsAndFromRollouts() throws Exception {
    Path run = runsAndReplays(4, 0.02);
    aForkKeepsTheStepsBeforeIt(run);
    aChangedRecordIsFound(run);
  }

  @Test
  @Tag("long")
  void fiftyDelayedSteps() throws Exception {
    runsAndReplays(50, 0.1);
  }

  private void aForkKeepsTheStepsBeforeIt(Path run) throws Exception {
    Path out = folder.resolve("fork");
    Ran ran =
        Ran.grpo(
            "replay",
            "--from",
            "rollouts",
            "--run",
            run,
            "--json",
            "--set",
            "learner.learning-rate=1e-4",
            "--at",
            2,
            "--out",
            out);
    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.out().startsWith("{\"versions\":2,\"verified\":2,\"firstDifference\":null"));
    List<TrainingStep> before = RunFolder.open(run).steps();
    List<TrainingStep> fork = RunFolder.open(out).steps();
    assertEquals(4, fork.size());
    for (int k = 0; k < 4; k++) {
      String was = before.get(k).determined().sha256();
      String is = fork.get(k).determined().sha256();
      if (k < 2) {
        assertEquals(was, is);
      } else {
        assertNotEquals(was, is);
      }
      assertEquals(k < 2 ? 1e-5 : 1e-4, fork.get(k).determined().metrics().get("learningRate"));
    }
    assertTrue(Files.isRegularFile(out.resolve("policy/model.safetensors")));
    assertEquals(0, Ran.grpo("ledger", "check", out).code());
    assertEquals(
        2,
        Ran.grpo("replay", "--from", "rollouts", "--run", run, "--set", "rollout.top-k=3").code());
  }

  private void aChangedRecordIsFound(Path run) throws Exception {
    Path steps = run.resolve("steps.jsonl");
    String sha256 = RunFolder.open(run).steps().get(2).determined().sha256();
    String other = "0".repeat(64);
    Files.writeString(steps, Files.readString(steps).replace(sha256, other));
    Ran ran = Ran.grpo("replay", "--from", "rollouts", "--run", run, "--json");
    assertEquals(1, ran.code(), ran.err());
    assertTrue(
        ran.out()
            .startsWith(
                "{\"versions\":4,\"verified\":2,\"firstDifference\":{\"step\":2,\"field\":\"sha256\""),
        ran.out());
    assertTrue(ran.out().contains("\"recordedSha256\":\"" + other + "\",\"sha256\":\"" + sha256));
    assertTrue(ran.out().contains("the manifests say the same"), ran.out());
    Path manifest = run.resolve("manifest.json");
    String libtorch = "\"libtorch\":\"";
    Files.writeString(manifest, Files.readString(manifest).replace(libtorch, libtorch + "0."));
    Ran elsewhere = Ran.grpo("replay", "--from", "prompts", "--run", run);
    assertEquals(1, elsewhere.code(), elsewhere.err());
    assertTrue(
        elsewhere.out().contains("likeliest cause: library version of libtorch: 0."),
        elsewhere.out());
  }
}
