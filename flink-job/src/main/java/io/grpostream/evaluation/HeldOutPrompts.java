package io.grpostream.evaluation;

import io.grpostream.kafka.PromptDecoder;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Prompt;
import io.grpostream.records.RawRecord;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads held-out prompts from a JSON lines file, by the rules of the prompts topic. */
public final class HeldOutPrompts {
  private HeldOutPrompts() {}

  /**
   * All prompts of the file; blank lines are skipped. A prompt's coordinates are the file, 0, and
   * its line from 0.
   *
   * @throws UserErrorException if the file is missing or holds no prompt, or a line would be
   *     rejected: what is measured must not depend on what happens to fit
   */
  public static List<Prompt> read(Path file, PromptDecoder decoder) throws IOException {
    List<Prompt> prompts = new ArrayList<>();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        prompts.add(prompt(file, i, lines.get(i), decoder));
      }
    }
    if (prompts.isEmpty()) {
      throw new UserErrorException(file + " holds no prompts; write one JSON object per line");
    }
    return prompts;
  }

  private static Prompt prompt(Path file, int line, String text, PromptDecoder decoder) {
    Coordinates at = new Coordinates(file.toString(), 0, line);
    byte[] value = text.getBytes(StandardCharsets.UTF_8);
    PromptDecoder.Result result = decoder.decode(new RawRecord(at, new byte[0], List.of(), value));
    if (result instanceof PromptDecoder.Accepted accepted) {
      return accepted.prompt();
    }
    String detail = ((PromptDecoder.Refused) result).rejection().detail();
    throw new UserErrorException(
        file + " line " + (line + 1) + " is no prompt: " + detail + "; mend or remove it");
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file + " does not exist; give a JSON lines file", e);
    } catch (MalformedInputException e) {
      throw new UserErrorException(file + " is not UTF-8 text; give a JSON lines file", e);
    }
  }
}
