package io.grpostream.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.kafka.PromptMessage;
import io.grpostream.kafka.PromptTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prompts of a measurement as texts that a pipeline can read from Kafka: token ids in decimal,
 * separated by blanks.
 */
public final class IdPrompts implements PromptTokenizer {
  /** Writes the first prompts of a workload as a file of JSON lines. */
  public static void write(Path file, Workload workload, int vocabulary, long prompts)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (long number = 0; number < prompts; number++) {
      String text =
          Arrays.stream(workload.prompt(number, vocabulary))
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(" "));
      lines.add(mapper.writeValueAsString(Map.of("prompt", text)));
    }
    Files.write(file, lines, StandardCharsets.UTF_8);
  }

  @Override
  public int[] encode(String text, boolean rendered) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  @Override
  public String renderChat(List<PromptMessage> messages) {
    throw new IllegalArgumentException("a measurement's prompts are no conversations");
  }
}
