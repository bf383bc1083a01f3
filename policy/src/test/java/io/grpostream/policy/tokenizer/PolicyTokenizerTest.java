package io.grpostream.policy.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token ids and texts against transformers'. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyTokenizerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;
  private PolicyTokenizer tokenizer = PolicyTokenizer.open(Golden.shipped().resolve("llama"));

  @AfterAll
  void close() {
    tokenizer.close();
  }

  @Test
  void encodesAndDecodesAsTransformersDoes() throws IOException {
    JsonNode encodings = Golden.json("tokenizer-expected.json").path("encodings");
    assertFalse(encodings.isEmpty(), "no encodings");
    try (PolicyTokenizer golden = PolicyTokenizer.open(Golden.dir().resolve("llama"))) {
      for (JsonNode encoding : encodings) {
        String text = encoding.path("text").asText();
        int[] ids = Golden.ints(encoding.path("ids"));
        assertArrayEquals(ids, golden.encode(text, true), text);
        assertEquals(encoding.path("decoded").asText(), golden.decode(ids, true));
      }
    }
  }

  @Test
  void severalThreadsMayUseIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String text = "Prompt number " + i + ", 数学 🙂";
        tasks.add(() -> tokenizer.decode(tokenizer.encode(text, true), true).equals(text));
      }
      for (Future<Boolean> task : threads.invokeAll(tasks)) {
        assertTrue(task.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void neitherTruncatesNorPadsWhateverTheFileSays() throws IOException {
    ObjectNode json = tokenizerJson();
    json.putObject("truncation")
        .put("direction", "Right")
        .put("max_length", 4)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    json.putObject("padding")
        .put("direction", "Right")
        .put("pad_id", 0)
        .put("pad_type_id", 0)
        .put("pad_token", "<|endoftext|>")
        .putNull("pad_to_multiple_of")
        .putObject("strategy")
        .put("Fixed", 64);
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    try (PolicyTokenizer other = PolicyTokenizer.open(folder)) {
      assertEquals(2, other.encode("aa", true).length);
      String text = "0123456789".repeat(1000);
      assertArrayEquals(tokenizer.encode(text, true), other.encode(text, true));
      assertEquals(text, other.decode(other.encode(text, true), true));
    }
  }

  @Test
  void addsSpecialTokensOnlyWhenAsked() throws IOException {
    ObjectNode json = tokenizerJson();
    json.set(
        "post_processor",
        MAPPER.readTree(
            """
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<|im_start|>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<|im_start|>":
                 {"id": "<|im_start|>", "ids": [1], "tokens": ["<|im_start|>"]}}}
            """));
    Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    try (PolicyTokenizer other = PolicyTokenizer.open(folder)) {
      assertArrayEquals(new int[] {1, 18}, other.encode("0", true));
      assertArrayEquals(new int[] {18}, other.encode("0", false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b", "a .", " two  spaces ", "🙂\0", "line\r\nline"})
  void oddTextsComeBackAsTheyWere(String text) {
    assertEquals(text, tokenizer.decode(tokenizer.encode(text, false), true));
  }

  @Test
  void halfASurrogatePairSpoilsNothingElse() {
    assertArrayEquals(tokenizer.encode("🙂 \uFFFD.", false), tokenizer.encode("🙂 \uD83D.", false));
  }

  @Test
  void incompleteAndUnknownIdsDecodeToSomething() {
    assertEquals("\uFFFD", tokenizer.decode(new int[] {175, 256}, true));
    assertEquals("#", tokenizer.decode(new int[] {5, 99_999}, true));
    assertEquals("", tokenizer.decode(new int[0], true));
  }

  @Test
  void specialTokensAreStringsOrObjects() throws IOException {
    assertEquals(
        Map.of(
            "bos_token", "<|im_start|>",
            "eos_token", "<|im_end|>",
            "pad_token", "<|endoftext|>"),
        tokenizer.specialTokens());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson().toString());
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(
        config,
        "{\"bos_token\": {\"content\": \"<s>\"}, \"pad_token\": null, \"unk_token\": \"?\"}");
    try (PolicyTokenizer other = PolicyTokenizer.open(folder)) {
      assertEquals(Map.of("bos_token", "<s>", "unk_token", "?"), other.specialTokens());
    }
    Files.writeString(config, "{\"bos_token\": 3}");
    assertRefused(config + ": bos_token is 3; it must be a string or an object with content");
    Files.delete(config);
    try (PolicyTokenizer other = PolicyTokenizer.open(folder)) {
      assertEquals(Map.of(), other.specialTokens());
    }
  }

  @Test
  void aMissingOrBrokenFileIsOneClearLine() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertRefused(file + " is missing");
    for (String broken : List.of("{", "{}", "[1]", "{\"model\": {\"type\": \"BPE\"}}")) {
      Files.writeString(file, broken);
      assertRefused(file + " is no tokenizer: ");
    }
    Files.writeString(file, tokenizerJson().toString());
    Files.writeString(folder.resolve("tokenizer_config.json"), "{");
    assertRefused("tokenizer_config.json is not valid JSON");
  }

  private void assertRefused(String message) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> PolicyTokenizer.open(folder).close());
    String text = String.valueOf(error.getMessage());
    assertTrue(text.startsWith(folder.toString()) && text.contains(message), text);
    assertEquals(1, text.lines().count(), text);
  }

  private static ObjectNode tokenizerJson() throws IOException {
    return (ObjectNode) MAPPER.readTree(Golden.shipped().resolve("llama/tokenizer.json").toFile());
  }
}
