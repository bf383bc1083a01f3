package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.config.ConfigFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of {@code grpo chaos}: the learner's TaskManager dies once. */
@Tag("long")
class ChaosITCase {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  @TempDir private Path folder;

  /** All weights trained, and adapters alone. */
  @ParameterizedTest
  @ValueSource(strings = {"lora.rank=0", "lora.rank=4"})
  void aKilledRunEndsInTheSameBitsWithEveryPromptTrainedOnce(String trained) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String homeBefore = System.getProperty(ConfigFile.HOME);
    System.setProperty(ConfigFile.HOME, PROJECT.toString());
    int code;
    try {
      code =
          Grpo.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
              .execute(
                  "chaos",
                  "--kills=1",
                  "--mean-seconds=2",
                  "--steps=60",
                  "--no-further-faults",
                  "--json",
                  "--set=" + trained,
                  "--out=" + folder.resolve("chaos"));
    } finally {
      if (homeBefore == null) {
        System.clearProperty(ConfigFile.HOME);
      } else {
        System.setProperty(ConfigFile.HOME, homeBefore);
      }
    }

    assertEquals(0, code, err.toString());
    List<String> lines = out.toString().lines().toList();
    JsonNode result = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertEquals(1, result.get("kills").asInt());
    assertEquals(0, result.get("promptsLost").asInt());
    assertEquals(0, result.get("promptsRepeated").asInt());
    assertEquals(result.get("baselineSha").asText(), result.get("sha").asText());
    assertEquals(60, result.get("steps").asInt());
    assertEquals(1, result.get("perKill").size());
  }
}
