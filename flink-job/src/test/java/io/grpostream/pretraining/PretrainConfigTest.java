package io.grpostream.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.config.ConfigFile;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./grpo pretrain} refuses before it starts. */
class PretrainConfigTest {
  @TempDir Path folder;

  @Test
  void thePartsLeaveSomethingToRead() throws IOException {
    // Unordered pairs of numbers from 100 to 999: 900 · 901 / 2 = 405,450.
    assertEquals(405_400, load("task.held-out=405400", "task.train=40", "task.validation=9"));

    UserErrorException refusal =
        assertThrows(
            UserErrorException.class,
            () -> load("task.held-out=405400", "task.train=40", "task.validation=10"));
    assertEquals(
        folder.resolve("empty.yaml")
            + ": task.held-out is 405400; with task.train and task.validation it must be below"
            + " 405450, all sums of two three-digit numbers, so that some are left to read;"
            + " take fewer",
        refusal.getMessage());
  }

  private int load(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("empty.yaml"), "{}");
    return ConfigFile.load(PretrainConfig.class, file, List.of(overrides)).task().heldOut();
  }
}
