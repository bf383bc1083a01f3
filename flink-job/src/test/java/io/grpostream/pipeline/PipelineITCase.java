package io.grpostream.pipeline;

import static io.grpostream.pipeline.PipelineFixture.B;
import static io.grpostream.pipeline.PipelineFixture.G;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeTrainer;
import io.grpostream.kafka.TopicDump;
import io.grpostream.kafka.TopicReader;
import io.grpostream.pipeline.PipelineFixture.Options;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline from prompts topic to ledger, on a MiniCluster against a real broker. */
class PipelineITCase {
  private static final Duration OFTEN = Duration.ofMillis(500);

  @TempDir private Path folder;

  private List<TrainingStep> run(String name, Options options) throws Exception {
    try (PipelineFixture pipeline = new PipelineFixture(folder.resolve(name), options, OFTEN)) {
      pipeline.producePrompts((int) options.steps() * B + 20);
      pipeline.awaitSteps(options.steps());
      pipeline.stop();
      return pipeline.ledger(IsolationLevel.READ_COMMITTED);
    }
  }

  private static void checkLedger(List<TrainingStep> steps, Options options) {
    assertEquals(options.steps(), steps.size());
    for (int k = 0; k < steps.size(); k++) {
      TrainingStep.Determined step = steps.get(k).determined();
      assertEquals(k, step.step());
      assertEquals(k + 1, step.version());
      for (int g = 0; g < B; g++) {
        TrainingStep.TrainedGroup group = step.groups().get(g);
        assertEquals((long) k * B + g, group.number());
        assertEquals((long) k * B + g, group.at().offset());
        assertEquals(Math.max(0, k - options.maxStaleness()), group.policyNumber());
      }
      if (k > 0) {
        assertEquals(steps.get(k - 1).determined().sha256(), step.parentSha256());
      }
    }
  }

  @Test
  void onPolicyRunsOfDifferentParallelismEndInTheSameWeights() throws Exception {
    Options one = Options.of(0, 1, 6);
    Options two = Options.of(0, 2, 6);
    List<TrainingStep> first = run("one", one);
    List<TrainingStep> second = run("two", two);
    checkLedger(first, one);
    checkLedger(second, two);
    for (int k = 0; k < 6; k++) {
      assertEquals(first.get(k).determined().sha256(), second.get(k).determined().sha256());
    }
    Set<String> hashes = new HashSet<>();
    first.forEach(step -> hashes.add(step.determined().sha256()));
    assertEquals(6, hashes.size(), "every step changed the weights");
  }

  @Test
  void withStalenessOneEachBatchIsSampledByTheVersionBefore() throws Exception {
    Options options = Options.of(1, 2, 8);
    checkLedger(run("stale", options), options);
  }

  @Test
  void badRecordsAreRejectedByNameAndTrainingGoesOn() throws Exception {
    Options options = Options.of(0, 1, 2);
    try (PipelineFixture pipeline = new PipelineFixture(folder, options, OFTEN)) {
      pipeline.produce(
          utf8("not JSON"),
          new byte[] {(byte) 0xC3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9},
          utf8("{\"prompt\":\"\"}"),
          utf8("{\"messages\":[]}"),
          new byte[0],
          utf8("{\"prompt\":\"" + "long ".repeat(20) + "\"}"),
          utf8("{\"prompt\":\"short\",\"padding\":\"" + "x".repeat(3_000_000) + "\"}"));
      pipeline.producePrompts(2 * B);
      pipeline.awaitSteps(2);
      pipeline.stop();
      List<Rejection> rejected = rejected(pipeline);
      assertEquals(
          List.of(
              Rejection.Reason.UNDECODABLE,
              Rejection.Reason.UNDECODABLE,
              Rejection.Reason.EMPTY,
              Rejection.Reason.EMPTY,
              Rejection.Reason.EMPTY,
              Rejection.Reason.TOO_LONG,
              Rejection.Reason.TOO_LARGE),
          rejected.stream().map(Rejection::reason).toList());
      for (int offset = 0; offset < rejected.size(); offset++) {
        assertEquals(
            new Coordinates(pipeline.topics().prompts(), 0, offset), rejected.get(offset).at());
        assertFalse(rejected.get(offset).detail().isBlank());
      }
      TrainingStep first = pipeline.ledger(IsolationLevel.READ_COMMITTED).get(0);
      assertEquals(rejected.size(), first.determined().groups().get(0).at().offset());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Rejection> rejected(PipelineFixture pipeline) {
    List<Rejection> rejected = new ArrayList<>();
    try (TopicReader<Rejection> reader =
        TopicReader.rejected(pipeline.kafka(), pipeline.topics(), IsolationLevel.READ_COMMITTED)) {
      reader.readToEnd(rejected::add);
    }
    return rejected;
  }

  @Test
  void everyUnscorableCompletionIsRejectedExactlyOnceAcrossARestart() throws Exception {
    Options options = new Options(1, 2, 6, Integer.MAX_VALUE, "number-in-text", Map.of());
    FakeTrainer.FAIL_ONCE_AT.set(4);
    try (PipelineFixture pipeline = new PipelineFixture(folder, options, OFTEN)) {
      pipeline.producePrompts(100);
      pipeline.awaitSteps(6);
      pipeline.stop();
      checkLedger(pipeline.ledger(IsolationLevel.READ_COMMITTED), options);
      List<Rejection> rejected = rejected(pipeline);
      assertEquals(6 * B * G, rejected.size());
      assertEquals(6 * B * G, rejected.stream().map(Rejection::detail).distinct().count());
      assertTrue(rejected.stream().allMatch(each -> each.reason() == Rejection.Reason.UNSCORABLE));
    }
    assertEquals(0, FakeTrainer.FAIL_ONCE_AT.get(), "the trainer failed");
  }

  @Test
  void manyUninformativeGroupsInARowDoNotStopIt() throws Exception {
    int steps = 26;
    Options options =
        new Options(0, 1, steps, Integer.MAX_VALUE, "regular-expression", Map.of("pattern", ".*"));
    List<TrainingStep> ledger = run("uninformative", options);
    checkLedger(ledger, options);
    assertTrue(
        ledger.stream()
            .flatMap(step -> step.determined().groups().stream())
            .allMatch(group -> group.outcome().equals("uninformative")));
    assertTrue(steps * B > 100);
  }

  @Test
  void everyGroupIsARolloutExactlyOnce() throws Exception {
    Options options = Options.of(1, 2, 4);
    try (PipelineFixture pipeline = new PipelineFixture(folder, options, OFTEN)) {
      pipeline.producePrompts(100);
      pipeline.awaitSteps(4);
      pipeline.stop();
      List<Long> numbers = new ArrayList<>();
      Path file = folder.resolve("rollouts.avro");
      new TopicDump(pipeline.kafka(), pipeline.topics()).rollouts(file);
      try (var records =
          new DataFileReader<GenericRecord>(file.toFile(), new GenericDatumReader<>())) {
        records.forEach(rollout -> numbers.add((Long) rollout.get("number")));
      }
      assertEquals(4 * B, numbers.size(), "the gate never passes steps × B");
      assertEquals(4 * B, new HashSet<>(numbers).size());
    }
  }

  @Test
  void aTaskThatFailsIsRestartedAndEveryUpdateIsMadeOnce() throws Exception {
    Options options = Options.of(1, 2, 12);
    List<TrainingStep> unbroken = run("unbroken", options);
    FakeTrainer.FAIL_ONCE_AT.set(8);
    List<TrainingStep> restarted = run("restarted", options);
    assertEquals(0, FakeTrainer.FAIL_ONCE_AT.get(), "the trainer failed");
    checkLedger(restarted, options);
    for (int k = 0; k < unbroken.size(); k++) {
      assertEquals(unbroken.get(k).determined().sha256(), restarted.get(k).determined().sha256());
    }
    Set<String> lives = new HashSet<>();
    restarted.forEach(step -> lives.add(step.observed().lineage()));
    assertTrue(lives.size() <= 2, "one life before the failure, one after: " + lives);
  }
}
