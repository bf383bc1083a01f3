package io.grpostream.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.config.ConfigFile;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pretraining that ends before the model can add. */
class PretrainingTest {
  @TempDir Path folder;

  @Test
  void aModelThatCannotAddIsNoCheckpoint() throws IOException {
    List<Pretraining.Look> looks = new ArrayList<>();
    Pretraining pretraining =
        new Pretraining(config("reading.most-updates=2", "reading.batch=4"), looks::add);

    UserErrorException refusal = assertThrows(UserErrorException.class, pretraining::run);

    assertEquals(
        "reading.most-updates is 2; by then the model must add a share of reading.able, 0.95, of"
            + " the validation problems right, and adds 0.0; give it more updates or another"
            + " reading.seed",
        refusal.getMessage());
    assertEquals(List.of("right sums"), looks.stream().map(Pretraining.Look::phase).toList());
    assertFalse(Files.exists(folder.resolve("adder")));
  }

  private PretrainConfig config(String... reading) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("pretrain.yaml"),
            """
            output:
              checkpoint: %1$s/adder
              train: %1$s/train.jsonl
              held-out: %1$s/held-out.jsonl
            reading:
              threads: 1
            """
                .formatted(folder));
    return ConfigFile.load(PretrainConfig.class, file, List.of(reading));
  }
}
