package io.grpostream.pipeline;

import static io.grpostream.pipeline.PipelineBench.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.local.JobFailedException;
import io.grpostream.pipeline.PipelineBench.Options;
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

  private PipelineBench atVersionFour(int maxStaleness) throws Exception {
    PipelineBench bench = new PipelineBench(folder, Options.of(maxStaleness, 2, STEPS), OFTEN);
    bench.producePrompts(4 * B);
    bench.awaitSteps(4);
    return bench;
  }

  private String stop(PipelineBench bench) throws Exception {
    String savepoint = bench.cluster().stopWithSavepoint(folder.resolve("savepoints")).get();
    bench.await("the end", bench.cluster()::isEnded);
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

  private static void assertGoesOn(PipelineBench bench) throws Exception {
    bench.awaitSteps(STEPS);
    bench.stop();
    LedgerCheck.Result ledger =
        LedgerAudit.of(
            new LedgerSource.OnTopic(new CommittedTopics(bench.kafka(), bench.topics())));
    assertTrue(ledger.ok(), ledger.toString());
    assertEquals(STEPS, ledger.steps());
  }

  @Test
  void theNewestIsWrittenAgain() throws Exception {
    try (PipelineBench bench = atVersionFour(0)) {
      String savepoint = stop(bench);
      damage(4);
      bench.producePrompts(4 * B);
      bench.resume(Options.of(0, 2, STEPS), savepoint);
      assertGoesOn(bench);
    }
  }

  @Test
  void anOlderOneEndsTheJobAtOnceUntilItIsBack() throws Exception {
    Options options = Options.of(1, 2, STEPS);
    try (PipelineBench bench = atVersionFour(1)) {
      String savepoint = stop(bench);
      Path object = damage(3);
      bench.producePrompts(4 * B);
      bench.resume(options, savepoint);
      JobFailedException failure =
          assertThrows(JobFailedException.class, () -> bench.await("a failure", () -> false));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains("policy version 3 is needed and cannot be had: "), message);
      assertTrue(message.contains(object + " has hash "), message);

      damage(3);
      bench.resume(options, savepoint);
      assertGoesOn(bench);
    }
  }
}
