package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands around a model with adapters that PEFT wrote. */
class LoraCommandsTest {
  private static final Path RESOURCES = Path.of("../policy/src/test/resources");
  private static final Path LLAMA = RESOURCES.resolve("golden/llama");
  private static final Path ADAPTERS = RESOURCES.resolve("lora/llama");

  @TempDir Path folder;

  @Test
  void aMergedExportComputesWhatBaseAndAdaptersDo() throws IOException {
    Path merged = folder.resolve("merged");
    Path again = folder.resolve("again");
    assertEquals(0, export("--adapter", ADAPTERS, "--out", again).code());
    assertEquals(0, export("--adapter", again, "--merge", "--out", merged).code());

    JsonNode plain = logits(LLAMA);
    JsonNode beside = logits(LLAMA, "--adapter", ADAPTERS);
    JsonNode within = logits(merged);
    assertNotEquals(plain, beside, "the adapters change something");
    for (int i = 0; i < beside.size(); i++) {
      assertEquals(beside.get(i).asDouble(), within.get(i).asDouble(), 2e-4);
    }
    assertTrue(Files.isRegularFile(merged.resolve("tokenizer.json")));
  }

  @Test
  void generateAndMergedGenerateChooseTheSameTokens() throws IOException {
    Path merged = folder.resolve("merged");
    assertEquals(0, export("--adapter", ADAPTERS, "--merge", "--out", merged).code());
    assertEquals(generate(merged), generate(LLAMA, "--adapter", ADAPTERS));
  }

  @Test
  void adaptersInTheWrongPlaceAreOneLineErrors() {
    Ran asModel = Ran.grpo("logits", "--model", ADAPTERS, "--text", "a");
    assertEquals(2, asModel.code());
    assertTrue(asModel.err().contains("holds adapters, no model"), asModel.err());
    Ran otherBase =
        Ran.grpo(
            "logits",
            "--model",
            RESOURCES.resolve("golden/qwen3"),
            "--adapter",
            ADAPTERS,
            "--text",
            "a");
    assertEquals(2, otherBase.code());
    assertTrue(otherBase.err().contains("the adapters were made for llama"), otherBase.err());
  }

  private static Ran export(Object... options) {
    Object[] line = new Object[3 + options.length];
    line[0] = "export";
    line[1] = "--model";
    line[2] = LLAMA;
    System.arraycopy(options, 0, line, 3, options.length);
    return Ran.grpo(line);
  }

  private static JsonNode logits(Path model, Object... options) throws IOException {
    return run(model, new Object[] {"logits", "--text", "What is 3 + 4?"}, options)
        .get("lastLogits");
  }

  private static JsonNode generate(Path model, Object... options) throws IOException {
    Object[] command = {"generate", "--prompt", "What is", "--raw", "--greedy", "--max-tokens", 8};
    return run(model, command, options).get("outputIds");
  }

  private static JsonNode run(Path model, Object[] command, Object[] options) throws IOException {
    Object[] line = new Object[command.length + options.length + 5];
    System.arraycopy(command, 0, line, 0, command.length);
    System.arraycopy(options, 0, line, command.length, options.length);
    System.arraycopy(
        new Object[] {"--model", model, "--threads", 1, "--json"},
        0,
        line,
        command.length + options.length,
        5);
    Ran ran = Ran.grpo(line);
    assertEquals(0, ran.code(), ran.err());
    return new ObjectMapper().readTree(ran.out());
  }
}
