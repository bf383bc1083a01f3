package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.avro.Prompt;
import io.grpostream.policy.UserErrorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Good files are taken as they are; bad ones are refused with file and line. */
class PromptFileTest {
  @TempDir Path dir;

  private Path file(String text) throws Exception {
    return Files.writeString(dir.resolve("prompts.jsonl"), text);
  }

  private static String refusal(Path file) {
    return String.valueOf(
        assertThrows(UserErrorException.class, () -> PromptFile.read(file)).getMessage());
  }

  @Test
  void takesJsonLinesAsTheyStand() throws Exception {
    Path file = file("{\"prompt\": \"a\"}\r\n\n{\"prompt\":\"ü\",\"answer\":1}");
    List<PromptFile.Entry> entries = PromptFile.read(file);
    assertEquals(
        List.of("{\"prompt\": \"a\"}\r", "{\"prompt\":\"ü\",\"answer\":1}"),
        entries.stream().map(e -> new String(e.value(), StandardCharsets.UTF_8)).toList());
    assertEquals(file + ":3", entries.get(1).where());
  }

  @Test
  void namesTheLineThatIsNoPrompt() throws Exception {
    Path file = file("{\"prompt\": \"a\"}\n\n{\"prompt\": }\n");
    assertTrue(refusal(file).startsWith(file + ":3 is not a prompt: "), refusal(file));
  }

  @Test
  void refusesFilesWithoutPrompts() throws Exception {
    assertTrue(refusal(file("\n \n")).contains("holds no prompts"));
    assertTrue(refusal(dir.resolve("missing")).contains("missing"));
    assertTrue(refusal(dir).contains(dir.toString()));
  }

  @Test
  void takesAvroContainerFiles() throws Exception {
    Path file = dir.resolve("prompts.avro");
    try (DataFileWriter<Prompt> out =
        new DataFileWriter<>(new SpecificDatumWriter<>(Prompt.class))) {
      out.create(Prompt.getClassSchema(), file.toFile());
      out.append(new Prompt("a", null, Map.of("answer", "1")));
    }
    assertEquals(
        new PromptContent("a", null, Map.of("answer", "1")),
        PromptContent.parse(PromptFile.read(file).get(0).value()));
    byte[] bytes = Files.readAllBytes(file);
    for (int cut = 4; cut < bytes.length; cut += 7) {
      Path broken = dir.resolve("broken.avro");
      Files.write(broken, Arrays.copyOf(bytes, cut));
      // What is cut right after the header is a file without prompts.
      assertTrue(refusal(broken).matches(".*broken.avro (is not an Avro|holds no prompts).*"));
    }
  }

  @Test
  void everyEpochIsAPermutationOfItsOwn() {
    PromptOrder shuffled = PromptOrder.shuffled(5);
    int[] first = shuffled.epoch(0, 100);
    int[] second = shuffled.epoch(1, 100);
    assertArrayEquals(PromptOrder.asInFile().epoch(3, 100), sorted(first));
    assertArrayEquals(sorted(first), sorted(second));
    assertTrue(!Arrays.equals(first, second));
    assertTrue(!Arrays.equals(first, PromptOrder.shuffled(6).epoch(0, 100)));
    assertArrayEquals(first, PromptOrder.shuffled(5).epoch(0, 100));
  }

  @Test
  void everyPermutationIsAboutAsLikely() {
    int[] counts = new int[6];
    for (long seed = 0; seed < 6000; seed++) {
      int[] places = PromptOrder.shuffled(seed).epoch(0, 3);
      counts[places[0] * 2 + (places[1] > places[2] ? 1 : 0)]++;
    }
    for (int count : counts) {
      assertEquals(1000, count, 150); // five standard deviations
    }
  }

  private static int[] sorted(int[] places) {
    int[] copy = places.clone();
    Arrays.sort(copy);
    return copy;
  }
}
