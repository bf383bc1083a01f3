package io.grpostream.pretraining;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo model's checkpoint without its weights: configuration and tokenizer, as they lie in the
 * resources.
 */
final class BlankCheckpoint {
  private static final List<String> FILES =
      List.of("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json");

  private BlankCheckpoint() {}

  static void write(Path folder) throws IOException {
    for (String file : FILES) {
      try (InputStream in = BlankCheckpoint.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new IOException("the jar lacks " + file + " of the demo's model");
        }
        Files.copy(in, folder.resolve(file));
      }
    }
  }

  static void delete(Path folder) throws IOException {
    for (String file : FILES) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.deleteIfExists(folder);
  }
}
