package io.grpostream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * Writes a result as one line of JSON. Floats are written with the fewest digits that give back the
 * same fp32.
 */
final class JsonOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonOutput() {}

  /** An object with these members, in this order. */
  static String line(Map<String, ?> result) {
    return write(result);
  }

  /** An object of a record's components, by name. */
  static String value(Record record) {
    return write(record);
  }

  /** A text in quotation marks, its control characters escaped. */
  static String quoted(String text) {
    return write(text);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plain value cannot be written", e);
    }
  }
}
