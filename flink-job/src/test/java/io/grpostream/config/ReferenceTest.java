package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps docs/configuration.md's table equal to the keys that are read. */
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/configuration.md");
  private static final String HEAD = "| key | preset | what it is |\n|---|---|---|\n";

  @Test
  void thePageListsEveryKey() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(HEAD);
    assertTrue(from >= 0, "the page has no table");
    int end = page.indexOf("\n\n", from);

    assertEquals(table(), page.substring(from, end < 0 ? page.length() : end + 1));
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
  private static String table() {
    StringBuilder table = new StringBuilder(HEAD);
    for (Keys.Leaf leaf : Keys.of(RunConfig.class)) {
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
