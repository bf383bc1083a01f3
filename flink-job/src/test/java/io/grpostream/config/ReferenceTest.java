package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.pretraining.PretrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps the pages' tables equal to the keys that are read. */
class ReferenceTest {
  private static final String HEAD = "| key | preset | what it is |\n|---|---|---|\n";

  @Test
  void thePagesListEveryKey() throws IOException {
    listsEveryKey("../docs/configuration.md", RunConfig.class);
    listsEveryKey("../docs/how-to-train-your-own-checkpoint.md", PretrainConfig.class);
  }

  private static void listsEveryKey(String file, Class<? extends Record> type) throws IOException {
    String page = Files.readString(Path.of(file));
    int from = page.indexOf(HEAD);
    assertTrue(from >= 0, file + " has no table");
    int end = page.indexOf("\n\n", from);

    assertEquals(table(type), page.substring(from, end < 0 ? page.length() : end + 1));
  }

  @Test
  void everyPresetIsValid() {
    for (Keys.Leaf leaf : Keys.of(RunConfig.class)) {
      String preset = leaf.key().preset();
      boolean structure = leaf.isStructure();
      if (!List.of(Key.REQUIRED, Key.ABSENT).contains(preset) && !structure) {
        Scalars.parse(leaf.component().getType(), ConfigTree.parseValue(preset).asText());
      }
    }
  }

  /** The rows as the page should have them. */
  private static String table(Class<? extends Record> type) {
    StringBuilder table = new StringBuilder(HEAD);
    for (Keys.Leaf leaf : Keys.of(type)) {
      String preset = leaf.key().preset();
      String shown =
          switch (preset) {
            case Key.REQUIRED -> "required";
            case Key.ABSENT -> "absent";
            default -> "`" + preset + "`";
          };
      String mark = leaf.key().decidesBits() ? " \\*" : "";
      table.append(
          String.format("| `%s`%s | %s | %s |%n", leaf.path(), mark, shown, leaf.key().means()));
    }
    return table.toString();
  }
}
