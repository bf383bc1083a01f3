package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code grpo bench step}: what its line says, and what it refuses. */
class BenchStepTest {
  @Test
  void theLastLineHasTheFiguresOfTheWorkload() throws IOException {
    JsonNode line =
        lastLine(
            "bench step --shape tiny --prompts 2 --group 4 --prompt-tokens 5 --completion-tokens 6"
                + " --mu 2 --dtype fp32 --steps 3 --threads 1 --json");

    List<String> names = new ArrayList<>();
    line.fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "shape",
            "dtype",
            "threads",
            "mu",
            "rows",
            "step_s",
            "sample_s",
            "update_s",
            "sampled_tok_s",
            "trained_tok_s",
            "peak_rss_mb",
            "growth_percent",
            "steps",
            "predicted_rss_mb",
            "machine"),
        names);
    assertEquals("tiny", line.get("shape").asText());
    assertEquals(8, line.get("rows").asInt());
    assertEquals(3, line.get("steps").size());
    double sampled = line.get("sampled_tok_s").asDouble() * line.get("sample_s").asDouble();
    assertEquals(48, sampled, 4, "8 completions of 6 tokens");
    double trained = line.get("trained_tok_s").asDouble() * line.get("update_s").asDouble();
    assertEquals(96, trained, 4, "the same, twice");
    assertTrue(line.get("peak_rss_mb").asDouble() > 50, line.toString());
  }

  @Test
  void completionsHaveLengthsOfTheRange() throws IOException {
    JsonNode line =
        lastLine(
            "bench step --shape tiny --prompts 4 --group 16 --prompt-tokens 4 --completion-tokens"
                + " 2-9 --steps 1 --threads 1 --json");

    double mean = line.get("sampled_tok_s").asDouble() * line.get("sample_s").asDouble() / 64;
    assertTrue(mean > 4 && mean < 7, "5.5 on average, not " + mean);
  }

  @Test
  void adaptersAndBf16AreMeasured() throws IOException {
    JsonNode line =
        lastLine(
            "bench step --shape tiny --prompts 2 --group 4 --prompt-tokens 5 --completion-tokens 6"
                + " --dtype bf16 --lora 4 --steps 1 --threads 1 --json");

    assertEquals("bf16", line.get("dtype").asText());
    assertEquals(4, line.get("lora").asInt());
  }

  @Test
  void refusesWhatNoMachineHasMemoryFor() {
    Ran ran =
        Ran.grpo("bench", "step", "--shape", "smol135m", "--group", "1000000", "--prompts", "1");

    assertEquals(2, ran.code());
    assertTrue(ran.err().contains("this needs about "), ran.err());
    assertTrue(ran.err().contains("lower --group, which is 1000000"), ran.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--prompts=0, --prompts is 0; it must be at least 1",
    "--steps=0, --steps is 0; it must be at least 1",
    "--threads=0, --threads is 0; it must be at least 1",
    "--completion-tokens=9-2, --completion-tokens is 9-2; ",
    "--completion-tokens=x, --completion-tokens is x; it must be N or MIN-MAX",
    "--dtype=fp8, --dtype is fp8; it must be fp32 or bf16",
    "--lora=-1, --lora is -1; it must be at least 0",
    "--prompt-tokens=2000, --prompt-tokens is 2000 and --completion-tokens 64; ",
  })
  void refusesWhatCannotBe(String option, String message) {
    Ran ran = Ran.grpo("bench", "step", "--shape", "tiny", option);

    assertEquals(2, ran.code());
    assertTrue(ran.err().contains(message), ran.err());
    assertEquals(1, ran.err().lines().count());
  }

  private static JsonNode lastLine(String command) throws IOException {
    Ran ran = Ran.grpo((Object[]) command.split(" "));
    assertEquals(0, ran.code(), ran.err());
    List<String> lines = ran.out().lines().toList();
    return new ObjectMapper().readTree(lines.get(lines.size() - 1));
  }
}
