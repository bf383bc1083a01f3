package io.grpostream.pipeline;

import static io.grpostream.pipeline.PipelineFixture.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.local.LocalCluster;
import io.grpostream.pipeline.PipelineFixture.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gate that stays shut: no version comes, ten thousand prompts wait in Kafka, and checkpoints go
 * on.
 */
class GateITCase {
  private static final int WAITING = 10_000;
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);
  private static final Duration LONGEST_CHECKPOINT = Duration.ofMillis(500);

  @TempDir private Path folder;

  @Test
  void shutForFiveSeconds() throws Exception {
    staysShut(Duration.ofSeconds(5));
  }

  @Test
  @Tag("long")
  void shutForAMinute() throws Exception {
    staysShut(Duration.ofSeconds(60));
  }

  private void staysShut(Duration time) throws Exception {
    int maxStaleness = 1;
    int updates = 1;
    Options options =
        new Options(
            maxStaleness, 1, WAITING / B, updates, "regular-expression", Map.of("pattern", ".*/1"));
    try (PipelineFixture pipeline = new PipelineFixture(folder, options, CHECKPOINT_INTERVAL)) {
      pipeline.producePrompts(WAITING);
      pipeline.awaitSteps(updates);
      LocalCluster cluster = pipeline.cluster();
      long before = cluster.completedCheckpoints();
      Thread.sleep(time.toMillis());
      long completed = cluster.completedCheckpoints() - before;
      assertTrue(
          completed >= time.toMillis() / CHECKPOINT_INTERVAL.toMillis() / 2,
          completed + " checkpoints");
      Duration longest = cluster.longestCheckpoint();
      assertTrue(longest.compareTo(LONGEST_CHECKPOINT) <= 0, "a checkpoint took " + longest);
      assertEquals(updates, pipeline.ledger(IsolationLevel.READ_UNCOMMITTED).size());
      assertEquals(
          (updates + maxStaleness + 1) * B,
          pipeline.taken(),
          "prompts beyond the gate stay in Kafka, as lag");
      pipeline.stop();
    }
  }
}
