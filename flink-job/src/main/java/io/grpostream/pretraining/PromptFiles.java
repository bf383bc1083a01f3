package io.grpostream.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes problems as prompts: one JSON object a line. */
final class PromptFiles {
  private PromptFiles() {}

  static void write(Path file, List<Problem> problems) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Problem problem : problems) {
      lines
          .append("{\"prompt\":\"")
          .append(problem.prompt())
          .append("\",\"answer\":\"")
          .append(problem.answer())
          .append("\"}\n");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, lines);
  }
}
