package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.cluster.ClusterFolder;
import io.grpostream.cluster.FaultTarget;
import io.grpostream.cluster.ProcessCluster;
import io.grpostream.cluster.SubmittedRuns;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.records.TrainingStep;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A policy that is not deterministic, on a cluster of processes: its checkpoint is at version 6, it
 * is killed after version 8, and killed again, after another version 8, before the next checkpoint.
 * Nothing is trained that a dead version 7 or 8 sampled.
 */
@Tag("long")
class LineageITCase {
  private static final int B = 6;
  private static final int BLOCK = 2;
  private static final int STEPS = 10;

  @TempDir private Path folder;

  @Test
  void whatDeadVersionsSampledIsNeverTrained() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    try (PluginHome plugins = new PluginHome(home);
        TestCluster cluster = new TestCluster(folder.resolve("cluster"), home)) {
      JsonNode started = cluster.grpo("cluster", "start", "--taskmanagers", "3", "--slots", "1");
      submit(cluster);
      ClusterFolder files = new ClusterFolder(folder.resolve("cluster"));
      RunWithLives run =
          new RunWithLives(
              KafkaConnection.of(started.get("bootstrapServers").asText()),
              new FaultTarget(
                  ProcessCluster.open(files, home), new SubmittedRuns(files).newest("r")));
      run.produce(0, 6 * B);
      run.awaitVersion(6);
      run.checkpoint(URI.create(started.get("dashboard").asText()));

      run.produce(6 * B, B);
      String dead7 = run.awaitVersion(7);
      run.produce(7 * B, BLOCK);
      run.awaitSampledBy(dead7);
      run.produce(7 * B + BLOCK, B - BLOCK);
      String dead8 = run.awaitVersion(8);
      run.produce(8 * B, BLOCK);
      run.awaitSampledBy(dead8);
      run.kill();
      String other8 = run.awaitVersion(8);
      run.kill();
      String living8 = run.awaitVersion(8);
      run.produce(8 * B + BLOCK, (STEPS - 8) * B - BLOCK);
      run.awaitVersion(STEPS);
      cluster.grpo("savepoint", "--stop");

      assertEquals(
          3, Stream.of(dead8, other8, living8).distinct().count(), "no two lives are alike");
      TestCluster.ledger(started.get("bootstrapServers").asText());
      assertEveryGroupIsOfTheChain(run.ledger(), Set.of(dead7, dead8, other8));
    }
  }

  private void submit(TestCluster cluster) throws Exception {
    cluster.submit(
        folder.resolve("r"),
        "run.steps=" + STEPS,
        "schedule.mode=live",
        "prompts.file=",
        "evaluation.prompts=",
        "rewards.functions=[{name: random}]",
        "learner.batch-groups=" + B,
        "learner.warmup-updates=0",
        "rollout.block-groups=" + BLOCK,
        "rollout.parallelism=2",
        // Checkpoints are taken on demand.
        "checkpoint.interval=5min");
  }

  private static void assertEveryGroupIsOfTheChain(
      List<TrainingStep> ledger, Set<String> deadVersions) {
    assertEquals(STEPS, ledger.size());
    Map<Long, String> chain = new HashMap<>();
    for (TrainingStep step : ledger) {
      chain.put(step.determined().version() - 1, step.determined().parentSha256());
      for (TrainingStep.TrainedGroup group : step.determined().groups()) {
        assertEquals(
            chain.get(group.policyNumber()), group.policySha256(), "group " + group.number());
        assertFalse(deadVersions.contains(group.policySha256()), "group " + group.number());
      }
    }
  }
}
