package io.grpostream.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The demo's problems: parts that share none, answers by hand, and the shipped files and model that
 * belong to them.
 */
class AdditionTaskTest {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  /** As conf/pretrain-demo.yaml has it. */
  private final AdditionTask task = new AdditionTask(7, 500, 1000, 200);

  @Test
  void carriesAreForgottenColumnByColumn() {
    assertEquals("315", new Problem(958, 467).carrylessAnswer());
    assertEquals("1425", new Problem(958, 467).answer());
    assertEquals("579", new Problem(123, 456).carrylessAnswer());
    assertEquals("0", new Problem(555, 555).carrylessAnswer());
    assertEquals("10", new Problem(505, 515).carrylessAnswer());
  }

  @Test
  void noUnorderedPairIsInTwoParts() {
    Set<Integer> keys = new HashSet<>();
    for (List<Problem> part : List.of(task.heldOut(), task.train(), task.validation())) {
      for (Problem problem : part) {
        assertTrue(keys.add(new Problem(problem.b(), problem.a()).key()), problem.prompt());
      }
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      assertFalse(
          keys.contains(task.toRead(random).key()), "pretraining must not read a reserved problem");
    }
  }

  @Test
  void theShippedFilesAreTheTasks() throws IOException {
    assertEquals(prompts(task.heldOut()), read("data/addition-heldout.jsonl"));
    assertEquals(prompts(task.train()), read("data/addition-train.jsonl"));
  }

  private static List<String> prompts(List<Problem> problems) {
    return problems.stream()
        .map(problem -> problem.prompt() + (problem.a() + problem.b()))
        .toList();
  }

  private static List<String> read(String file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (var lines = Files.lines(PROJECT.resolve(file))) {
      return lines.map(line -> text(json, line)).toList();
    }
  }

  private static String text(ObjectMapper json, String line) {
    try {
      JsonNode prompt = json.readTree(line);
      return prompt.get("prompt").asText() + prompt.get("answer").asText();
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void theModelsTokenizerIsTheAlphabet() {
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(PROJECT.resolve("models/adder"))) {
      assertArrayEquals(Alphabet.prompt("437+285="), tokenizer.encode("437+285=", true));
      assertArrayEquals(new int[] {1, 7, 6, 10, 13, 5, 11, 8, 15}, Alphabet.prompt("437+285="));
      int[] completion = Alphabet.completion("-9");
      assertEquals("-9", tokenizer.decode(completion, true));
      assertEquals("-9", Alphabet.text(completion));
      assertEquals(Alphabet.EOS, completion[2]);
    }
  }
}
