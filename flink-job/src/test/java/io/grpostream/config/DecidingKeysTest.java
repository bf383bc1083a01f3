package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys the hash in the ledger covers. */
class DecidingKeysTest {
  private static final String SMALLEST =
      """
      policy:
        checkpoint: /models/some
      rewards:
        functions:
          - name: exact-answer
      """;

  @TempDir Path folder;

  @Test
  void theHashCoversWhatDecidesBitsAndNothingElse() throws IOException {
    String hash = load(SMALLEST).decidingSha256();

    for (String other :
        List.of(
            "run.seed=1",
            "rollout.top-k=5",
            "rollout.stop=[a]",
            "learner.max-tokens=100",
            "objective.beta=0.1",
            "learner.decay-norms=true",
            "lora.rank=4",
            "lora.alpha=4",
            "lora.target-modules=[q_proj]",
            "schedule.max-staleness=1",
            "rewards.shuffle=true",
            "rewards.functions.0.weight=2",
            "rewards.functions.0.options.trim=true")) {
      assertNotEquals(hash, load(SMALLEST, other).decidingSha256(), other);
    }
    for (String same :
        List.of(
            "run.name=a",
            "run.steps=5",
            "rollout.parallelism=2",
            "rollout.threads=2",
            "checkpoint.interval=1s",
            "store.uri=s3://bucket",
            "evaluation.every-steps=1",
            "kafka.topic-prefix=a-",
            "web.port=9999")) {
      assertEquals(hash, load(SMALLEST, same).decidingSha256(), same);
    }
  }

  @Test
  void stepsDecideBitsWhereTheRateFallsToThem() throws IOException {
    assertNotEquals(
        load(SMALLEST, "learner.schedule=cosine", "run.steps=5").decidingSha256(),
        load(SMALLEST, "learner.schedule=cosine", "run.steps=6").decidingSha256());
  }

  @Test
  void anEntryWithACommaIsNotTwoEntriesToTheHash() throws IOException {
    assertNotEquals(
        load(SMALLEST, "rollout.stop=['a, b']").decidingSha256(),
        load(SMALLEST, "rollout.stop=[a, b]").decidingSha256());
  }

  private RunConfig load(String yaml, String... overrides) throws IOException {
    Path file = folder.resolve("test.yaml");
    Files.writeString(file, yaml);
    return ConfigFile.load(file, List.of(overrides));
  }
}
