package io.grpostream.savepoint;

import static io.grpostream.savepoint.SmallRun.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.records.TrainingStep;
import io.grpostream.rules.LedgerCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What released versions of the job left restores in this one: a savepoint after three steps, with
 * groups and a prompt that wait, and the topics and versions that belong to it, in one archive for
 * each release. The archive of the next release is written with {@code -Dsavepoint.write=FILE}.
 */
class ReleasedSavepointITCase {
  private static final Path RELEASED = Path.of("src/test/resources/savepoints");
  private static final int STEPS_BEFORE = 3;
  private static final int STEPS = 7;

  /**
   * Of the fourth batch one block is complete and sampled, and one prompt of the other is there.
   */
  private static final int PROMPTS_BEFORE = STEPS_BEFORE * B + B / 2 + 1;

  @TempDir private Path folder;

  static List<Path> released() throws IOException {
    try (Stream<Path> archives = Files.list(RELEASED)) {
      return archives.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  void goesOnAtAnotherParallelism(Path archive) throws Exception {
    Path run = folder.resolve("run");
    unpack(archive, run);
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (SmallRun restored = new SmallRun(run, temporary, 2, STEPS)) {
      List<TrainingStep> before = restored.ledger(IsolationLevel.READ_COMMITTED);
      assertEquals(STEPS_BEFORE, before.size());
      String newest = before.get(STEPS_BEFORE - 1).determined().sha256();
      assertTrue(
          restored.store().problem(STEPS_BEFORE, newest).isEmpty(), "the archive has its versions");
      restored.store().retain(number -> number != STEPS_BEFORE);

      restored.start();
      restored.await(
          "the restored weights are those of the version: it is written again from them",
          () -> restored.store().problem(STEPS_BEFORE, newest).isEmpty());
      restored.produce(PROMPTS_BEFORE, STEPS * B - PROMPTS_BEFORE);
      restored.await(STEPS, STEPS * B);
      restored.stop();

      LedgerCheck.Result check = restored.check();
      assertTrue(check.ok(), check.toString());
      assertEquals(STEPS, check.steps());
      assertEquals(STEPS * B, check.prompts());
      assertGoesOn(before, restored.ledger(IsolationLevel.READ_COMMITTED));
    }
  }

  private static void assertGoesOn(List<TrainingStep> before, List<TrainingStep> after) {
    assertEquals(hashes(before), hashes(after).subList(0, STEPS_BEFORE));
    assertEquals(STEPS, hashes(after).stream().distinct().count(), "every step trains");
    for (TrainingStep step : after.subList(STEPS_BEFORE, STEPS)) {
      assertEquals(
          step.determined().step() - 1,
          step.determined().groups().get(B - 1).policyNumber(),
          "batches are sampled one version ahead as before");
    }
  }

  private static List<String> hashes(List<TrainingStep> ledger) {
    return ledger.stream().map(step -> step.determined().sha256()).toList();
  }

  /** Not a test of anything: leaves what this version's successors are to restore. */
  @Test
  @EnabledIfSystemProperty(named = "savepoint.write", matches = ".+")
  void writeTheNext() throws Exception {
    Path run = folder.resolve("run");
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    try (SmallRun next = new SmallRun(run, temporary, 1, STEPS)) {
      next.start();
      next.produceNonsense();
      next.produce(0, PROMPTS_BEFORE);
      next.await(STEPS_BEFORE, STEPS_BEFORE * B + B / 2);
      next.stop();
    }
    pack(run, Path.of(System.getProperty("savepoint.write")));
  }

  private static void pack(Path from, Path archive) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive));
        Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(from.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  private static void unpack(Path archive, Path to) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        Path file = to.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
          zip.getInputStream(entry).transferTo(out);
        }
      }
    }
  }
}
