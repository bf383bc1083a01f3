package io.grpostream.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.config.RunConfig;
import io.grpostream.report.RunFolder;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionTest {
  private static final int MOST_BYTES = 1 << 20;

  @TempDir private Path folder;
  private ClusterFolder cluster;

  @BeforeEach
  void aClusterThatWasStarted() throws Exception {
    cluster = new ClusterFolder(folder.resolve("cluster"));
    cluster.write(
        new ClusterSettings(List.of(new ClusterSettings.JobManagerPorts(4, 5)), 2, 2, 1, 2, 3));
  }

  @Test
  void whatTheConfigurationLeavesOpenIsFilledIn() throws Exception {
    RunConfig config = config();

    assertEquals("r", config.run().name());
    assertEquals("127.0.0.1:2", config.kafka().bootstrapServers());
    assertEquals(
        cluster.checkpointFolder().resolve("r").toUri().toString(),
        config.checkpoint().directory());
    assertEquals(folder.resolve("run/store").toUri().toString(), config.store().uri());
  }

  @Test
  void whatItSaysStays() throws Exception {
    RunConfig config =
        config("kafka.bootstrap-servers=h:1", "checkpoint.directory=s3://b/c", "store.uri=/st");

    assertEquals("h:1", config.kafka().bootstrapServers());
    assertEquals("s3://b/c", config.checkpoint().directory());
    assertEquals("file:///st", config.store().uri());
  }

  /** The graph holds settings and code, no weights: the checkpoint's 3.4 MB are not in it. */
  @Test
  void theJobGraphIsSmallWithOneLearnerAndOneSequencer() throws Exception {
    JobGraph graph =
        new Submission(
                config("rollout.parallelism=3"),
                "r",
                RunFolder.create(folder.resolve("run")),
                cluster)
            .graph(SavepointRestoreSettings.none());

    int bytes = InstantiationUtil.serializeObject(graph).length;
    assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
    for (JobVertex vertex : graph.getVertices()) {
      boolean parallel = vertex.getName().matches("(rollout|group-advantages)( .*)?");
      assertEquals(parallel ? 3 : 1, vertex.getParallelism(), vertex.getName());
      boolean oneKey = vertex.getName().matches("(learner|keep-).*");
      assertEquals(oneKey ? 1 : 128, vertex.getMaxParallelism(), vertex.getName());
    }
  }

  private RunConfig config(String... overrides) throws Exception {
    return Submission.resolved(
        Path.of("../conf/demo.yaml"), withFiles(overrides), "r", folder.resolve("run"), cluster);
  }

  private static List<String> withFiles(String... overrides) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(
                "policy.checkpoint=../models/adder",
                "prompts.file=../data/addition-train.jsonl",
                "evaluation.prompts=../data/addition-heldout.jsonl"),
            java.util.stream.Stream.of(overrides))
        .toList();
  }
}
