package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands around a model, compared with what transformers computes on the same folder. */
class ModelCommandsTest {
  private static final Path GOLDEN = Path.of("../policy/src/test/resources/golden");
  private static final Path LLAMA = GOLDEN.resolve("llama");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void generateContinuesAsTransformersDoes() throws IOException {
    JsonNode expected = JSON.readTree(LLAMA.resolve("greedy.json").toFile()).get(0);
    Ran ran =
        Ran.grpo(
            "generate",
            "--model",
            LLAMA,
            "--prompt",
            expected.get("text").asText(),
            "--raw",
            "--greedy",
            "--max-tokens",
            24,
            "--ignore-eos",
            "--threads",
            1,
            "--json");

    JsonNode result = json(ran);
    assertEquals(List.of("inputIds", "outputIds", "text", "logprobs"), names(result));
    assertEquals(expected.get("input_ids"), result.get("inputIds"));
    assertEquals(expected.get("continuation"), result.get("outputIds"));
    assertEquals(24, result.get("logprobs").size());
    result.get("logprobs").forEach(logprob -> assertTrue(logprob.asDouble() < 0));
  }

  @Test
  void generateDrawsTheSameFromTheSameSeed() {
    Object[] line = {
      "generate",
      "--model",
      LLAMA,
      "--prompt",
      "What",
      "--raw",
      "--max-tokens",
      8,
      "--ignore-eos",
      "--threads",
      1,
      "--seed",
      3
    };

    assertEquals(Ran.grpo(line), Ran.grpo(line));
  }

  /** The demo's model has 64 positions, fewer than generate usually makes. */
  @Test
  void generateMakesNoMoreThanTheModelHasPositionsFor() throws IOException {
    List<Object> line =
        List.of("generate", "--model", "../models/adder", "--prompt", "437+285=", "--raw");
    List<Object> endless = new ArrayList<>(line);
    endless.addAll(List.of("--greedy", "--ignore-eos", "--threads", 1, "--json"));
    JsonNode result = json(Ran.grpo(endless.toArray()));
    assertEquals(64, result.get("inputIds").size() + result.get("outputIds").size());

    List<Object> tooMany = new ArrayList<>(line);
    tooMany.addAll(List.of("--max-tokens", 64));
    Ran refused = Ran.grpo(tooMany.toArray());
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("--max-tokens 64 fit the model's 64 positions"));
  }

  /** The likeliest token alone is what greedy takes; a stop string ends the text. */
  @Test
  void generateTakesTheSamplersSettings() throws IOException {
    JsonNode greedy = generate("--greedy", "--max-tokens", 12);
    assertEquals(greedy, generate("--top-k", 1, "--max-tokens", 12));
    assertEquals(greedy, generate("--top-p", 1e-9, "--max-tokens", 12));
    assertEquals(greedy, generate("--min-p", 0.999999, "--max-tokens", 12));
    assertNotEquals(
        greedy.get("outputIds"),
        generate("--greedy", "--max-tokens", 12, "--repetition-penalty", 5).get("outputIds"));

    String text = greedy.get("text").asText();
    String stop = text.substring(text.length() - 3);
    JsonNode stopped = generate("--greedy", "--max-tokens", 100, "--stop", stop);
    assertTrue(stopped.get("text").asText().contains(stop));
    assertTrue(stopped.get("outputIds").size() <= 12);
    assertEquals(2, Ran.grpo("generate", "--model", LLAMA, "--prompt", "a", "--top-p", 0).code());
  }

  private static JsonNode generate(Object... options) throws IOException {
    List<Object> line = new ArrayList<>(List.of("generate", "--model", LLAMA, "--prompt", "What"));
    line.addAll(List.of("--raw", "--threads", 1, "--json"));
    line.addAll(List.of(options));
    return json(Ran.grpo(line.toArray()));
  }

  @Test
  void logitsAreThoseAfterTheFinalToken() throws IOException {
    JsonNode greedy = JSON.readTree(LLAMA.resolve("greedy.json").toFile()).get(0);

    JsonNode result =
        json(
            Ran.grpo(
                "logits",
                "--model",
                LLAMA,
                "--text",
                greedy.get("text").asText(),
                "--threads",
                1,
                "--json"));

    assertEquals(List.of("inputIds", "lastLogits"), names(result));
    assertEquals(greedy.get("input_ids"), result.get("inputIds"));
    int likeliest = 0;
    for (int id = 1; id < result.get("lastLogits").size(); id++) {
      if (result.get("lastLogits").get(id).asDouble()
          > result.get("lastLogits").get(likeliest).asDouble()) {
        likeliest = id;
      }
    }
    assertEquals(greedy.get("continuation").get(0).asInt(), likeliest);
  }

  @Test
  void renderWritesTheConversationAsTransformersDoes() throws IOException {
    JsonNode expected = JSON.readTree(GOLDEN.resolve("tokenizer-expected.json").toFile());
    Path messages = folder.resolve("messages.json");
    JSON.writeValue(messages.toFile(), expected.get("messages"));

    JsonNode result = json(Ran.grpo("render", "--model", LLAMA, "--messages", messages, "--json"));

    assertEquals(List.of("text", "inputIds"), names(result));
    assertEquals(expected.get("chat_rendered"), result.get("text"));
    assertTrue(result.get("inputIds").size() > 10);
  }

  /** Keys beside the messages are names that the template sees; messages may have any form. */
  @Test
  void renderGivesTheTemplateToolsAndCalls() throws IOException {
    Path model = folder.resolve("model");
    Files.createDirectories(model);
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(LLAMA.resolve(file), model.resolve(file));
    }
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ tools|tojson }}{{ messages[0].tool_calls[0].arguments.x }}{{ messages[0].content }}"
            + "{{ thinking }}{{ add_generation_prompt }}");
    Path messages = folder.resolve("messages.json");
    Files.writeString(
        messages,
        "{\"messages\": [{\"role\": \"assistant\", \"content\": null, \"tool_calls\":"
            + " [{\"arguments\": {\"x\": 1.0}}]}], \"tools\": [{\"a\": 1}], \"thinking\": false}");

    JsonNode result = json(Ran.grpo("render", "--model", model, "--messages", messages, "--json"));

    assertEquals("[{\"a\": 1}]1.0NoneFalseTrue", result.get("text").asText());
  }

  @Test
  void evalMeasuresEveryPrompt() throws IOException {
    Path prompts = folder.resolve("prompts.jsonl");
    Files.writeString(
        prompts,
        "{\"prompt\":\"What is 12 + 35?\",\"answer\":\"47\"}\n\n{\"prompt\":\"zwölf\",\"answer\":\"x\"}\n");

    JsonNode result =
        json(
            Ran.grpo(
                "eval",
                "--model",
                LLAMA,
                "--prompts",
                prompts,
                "--max-tokens",
                4,
                "--threads",
                1,
                "--json"));

    assertEquals(List.of("accuracy", "meanReward", "n"), names(result));
    assertEquals(2, result.get("n").asInt());
    assertEquals(0.0, result.get("accuracy").asDouble());
  }

  /** Without an option or a configuration, and the demo's model has 64 positions only. */
  @Test
  void evalOfTheDemoNeedsNoOption() throws IOException {
    Path prompts = folder.resolve("prompts.jsonl");
    Files.writeString(prompts, "{\"prompt\":\"111+111=\",\"answer\":\"222\"}\n");

    JsonNode result =
        json(Ran.grpo("eval", "--model", "../models/adder", "--prompts", prompts, "--json"));

    assertEquals(1, result.get("n").asInt());
  }

  @Test
  void evalSaysWhichLineIsNoPrompt() throws IOException {
    Path prompts = folder.resolve("prompts.jsonl");
    Files.writeString(prompts, "{\"prompt\":\"a\",\"answer\":\"b\"}\n{\"answer\":\"b\"}\n");

    Ran ran = Ran.grpo("eval", "--model", LLAMA, "--prompts", prompts);

    assertEquals(2, ran.code());
    assertTrue(ran.err().startsWith(prompts + " line 2 is no prompt: "), ran.err());
  }

  @Test
  void exportWritesAFolderThatComputesTheSame() {
    Path exported = folder.resolve("exported");
    Ran ran = Ran.grpo("export", "--model", LLAMA, "--out", exported, "--dtype", "fp32");

    assertEquals(0, ran.code(), ran.err());
    assertEquals(
        json(Ran.grpo("logits", "--model", LLAMA, "--text", "What", "--threads", 1, "--json")),
        json(Ran.grpo("logits", "--model", exported, "--text", "What", "--threads", 1, "--json")));
  }

  /** Its entries lie uncompressed in one folder, as torch.jit.load wants them. */
  @Test
  void exportWritesTheProgramWithoutWeights() throws IOException {
    Path program = folder.resolve("llama.pt");
    Ran ran = Ran.grpo("export", "--model", LLAMA, "--torchscript", program);

    assertEquals(0, ran.code(), ran.err());
    try (ZipFile zip = new ZipFile(program.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      assertTrue(names.contains("policy/data.pkl"), names::toString);
      assertTrue(names.contains("policy/code/__torch__/learner.py"), names::toString);
      assertTrue(zip.stream().allMatch(entry -> entry.getMethod() == ZipEntry.STORED));
    }
    assertTrue(Files.size(program) < Files.size(LLAMA.resolve("model.safetensors")));
  }

  @Test
  void exportOfARunThatHasNoPolicyIsRefused() {
    Ran ran = Ran.grpo("export", "--run", folder, "--out", folder.resolve("x"));

    assertEquals(2, ran.code());
    assertEquals(folder + " holds no policy; give the folder of a run that has ended\n", ran.err());
  }

  private static JsonNode json(Ran ran) {
    assertEquals(0, ran.code(), ran.err());
    assertEquals(1, ran.out().lines().count());
    try {
      return JSON.readTree(ran.out());
    } catch (IOException e) {
      throw new AssertionError(ran.out(), e);
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> all = object.fieldNames(); all.hasNext(); ) {
      names.add(all.next());
    }
    return names;
  }
}
