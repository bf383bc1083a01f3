package io.grpostream.kafka;

import io.grpostream.avro.Prompt;
import io.grpostream.policy.UserErrorException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of prompts, JSON lines or an Avro container file, and checks each of them: what
 * leaves here decodes. Whether it fits the policy is for the pipeline to say.
 */
final class PromptFile {
  /**
   * One prompt.
   *
   * @param where file and line, or file and record
   * @param value the Kafka record's value: the JSON line as it stands, or Avro single-object
   *     encoding
   */
  record Entry(String where, byte[] value) {}

  private PromptFile() {}

  /**
   * All prompts of a file, at least one.
   *
   * @throws UserErrorException if the file cannot be read, or something in it is not a prompt
   */
  static List<Entry> read(Path file) {
    return read(file, PromptFile::checked);
  }

  /**
   * All records or lines of a file, at least one, whether they are prompts or not.
   *
   * @throws UserErrorException if the file cannot be read
   */
  static List<Entry> readUnchecked(Path file) {
    return read(file, Entry::new);
  }

  private static List<Entry> read(Path file, BiFunction<String, byte[], Entry> entry) {
    try {
      List<Entry> entries = isAvro(file) ? avro(file, entry) : jsonLines(file, entry);
      if (entries.isEmpty()) {
        throw new UserErrorException(file + " holds no prompts; it needs at least one");
      }
      return entries;
    } catch (IOException e) {
      throw new UserErrorException(
          "cannot read prompts from " + file + ": " + e + "; give an existing file", e);
    }
  }

  private static boolean isAvro(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC);
    }
  }

  private static List<Entry> avro(Path file, BiFunction<String, byte[], Entry> entry) {
    List<byte[]> values = new ArrayList<>();
    SpecificDatumReader<Prompt> datum = new SpecificDatumReader<>(Prompt.class);
    try (DataFileReader<Prompt> in = new DataFileReader<>(file.toFile(), datum)) {
      while (in.hasNext()) {
        values.add(PromptCodec.AVRO.encode(in.next()));
      }
    } catch (IOException
        | RuntimeException e) { // Avro's reader meets broken files with many kinds.
      throw new UserErrorException(
          ("%s is not an Avro container file of prompts: %s; write it with the schema Prompt, or give"
                  + " JSON lines")
              .formatted(file, e instanceof EOFException ? "it breaks off" : e.getMessage()),
          e);
    }
    List<Entry> entries = new ArrayList<>();
    for (byte[] value : values) {
      entries.add(entry.apply(file + " record " + (entries.size() + 1), value));
    }
    return entries;
  }

  private static List<Entry> jsonLines(Path file, BiFunction<String, byte[], Entry> entry)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int number = 1;
      for (byte[] line = line(in); line != null; line = line(in)) {
        if (!new String(line, StandardCharsets.UTF_8).isBlank()) {
          entries.add(entry.apply(file + ":" + number, line));
        }
        number++;
      }
    }
    return entries;
  }

  /** The bytes up to the next line feed or the end; null at the end. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toByteArray();
  }

  private static Entry checked(String where, byte[] value) {
    try {
      PromptContent.parse(value);
      return new Entry(where, value);
    } catch (UndecodableException e) {
      throw new UserErrorException(
          ("%s is not a prompt: %s; a line is a JSON object with \"prompt\" or \"messages\", and"
                  + " \"answer\" where a reward needs one")
              .formatted(where, e.detail()),
          e);
    }
  }
}
