package io.grpostream.pipeline;

import static io.grpostream.pipeline.PipelineFixture.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.local.JobFailedException;
import io.grpostream.pipeline.PipelineFixture.Options;
import io.grpostream.rules.LedgerCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that restores from a savepoint at version 4, and finds a version damaged in the store. */
class DamagedVersionITCase {
  private static final Duration OFTEN = Duration.ofMillis(500);
  private static final int STEPS = 8;

  @TempDir private Path folder;

  private PipelineFixture atVersionFour(int maxStaleness) throws Exception {
    PipelineFixture pipeline =
        new PipelineFixture(folder, Options.of(maxStaleness, 2, STEPS), OFTEN);
    pipeline.producePrompts(4 * B);
    pipeline.awaitSteps(4);
    return pipeline;
  }

  private String stop(PipelineFixture pipeline) throws Exception {
    String savepoint = pipeline.cluster().stopWithSavepoint(folder.resolve("savepoints")).get();
    pipeline.await("the end", pipeline.cluster()::isEnded);
    return savepoint;
  }

  /** Changes one bit of a version's weights; done twice it has changed nothing. */
  private Path damage(int version) throws IOException {
    try (Stream<Path> objects = Files.list(folder.resolve("store/test"))) {
      Path object =
          objects
              .filter(each -> each.getFileName().toString().startsWith("v0000000" + version))
              .findFirst()
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(object);
      bytes[bytes.length - 1] ^= 1;
      Files.write(object, bytes);
      return object;
    }
  }

  private static void assertGoesOn(PipelineFixture pipeline) throws Exception {
    pipeline.awaitSteps(STEPS);
    pipeline.stop();
    LedgerCheck.Result ledger =
        LedgerAudit.of(
            new LedgerSource.OnTopic(new CommittedTopics(pipeline.kafka(), pipeline.topics())));
    assertTrue(ledger.ok(), ledger.toString());
    assertEquals(STEPS, ledger.steps());
  }

  @Test
  void theNewestIsWrittenAgain() throws Exception {
    try (PipelineFixture pipeline = atVersionFour(0)) {
      String savepoint = stop(pipeline);
      damage(4);
      pipeline.producePrompts(4 * B);
      pipeline.resume(Options.of(0, 2, STEPS), savepoint);
      assertGoesOn(pipeline);
    }
  }

  @Test
  void anOlderOneEndsTheJobAtOnceUntilItIsBack() throws Exception {
    Options options = Options.of(1, 2, STEPS);
    try (PipelineFixture pipeline = atVersionFour(1)) {
      String savepoint = stop(pipeline);
      Path object = damage(3);
      pipeline.producePrompts(4 * B);
      pipeline.resume(options, savepoint);
      JobFailedException failure =
          assertThrows(JobFailedException.class, () -> pipeline.await("a failure", () -> false));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains("policy version 3 is needed and cannot be had: "), message);
      assertTrue(message.contains(object + " has hash "), message);

      damage(3);
      pipeline.resume(options, savepoint);
      assertGoesOn(pipeline);
    }
  }
}
