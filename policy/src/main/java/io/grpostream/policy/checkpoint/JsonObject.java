package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a checkpoint folder, with getters that name file, key, value and rule when the
 * value is not what was asked for. A key whose value is null counts as absent.
 */
public final class JsonObject {
  // Python's json module writes NaN and Infinity, so files of transformers may hold them.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final String place;
  private final String prefix;
  private final ObjectNode node;

  private JsonObject(String place, String prefix, ObjectNode node) {
    this.place = place;
    this.prefix = prefix;
    this.node = node;
  }

  /**
   * Reads a file that must exist.
   *
   * @throws UserErrorException if it is missing, unreadable or no JSON object
   */
  public static JsonObject read(Path file) {
    return new JsonObject(file.toString(), "", parse(file));
  }

  /** Reads a file if it exists; empty if it does not. */
  public static Optional<JsonObject> readIfPresent(Path file) {
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  private static ObjectNode parse(Path file) {
    try {
      if (MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new UserErrorException(file + " holds no JSON object");
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file + " is missing", e);
    } catch (JsonProcessingException e) {
      throw new UserErrorException(file + " is not valid JSON: " + oneLine(e), e);
    } catch (IOException e) {
      throw new UserErrorException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Jackson's message without its source excerpt, and where in the text it happened. */
  static String oneLine(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage()).replaceAll("\\s+", " ");
    return e.getLocation() == null
        ? message
        : message
            + " (line "
            + e.getLocation().getLineNr()
            + ", column "
            + e.getLocation().getColumnNr()
            + ")";
  }

  /** The parsed object, for values that need a closer look. */
  public ObjectNode node() {
    return node;
  }

  /** True if the key is there and not null. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** The value, or null if absent. */
  public @Nullable JsonNode get(String key) {
    return has(key) ? node.get(key) : null;
  }

  /** The object under a key that must hold one. */
  public JsonObject object(String key) {
    if (required(key) instanceof ObjectNode object) {
      return new JsonObject(place, prefix + key + ".", object);
    }
    throw error(key, "must be a JSON object");
  }

  /** A positive integer that must be there. */
  public int positiveInt(String key) {
    JsonNode value = required(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw error(key, "must be a positive integer");
    }
    return value.intValue();
  }

  /** A positive integer, or the default if absent. */
  public int positiveInt(String key, int orElse) {
    return has(key) ? positiveInt(key) : orElse;
  }

  /** A positive finite number that must be there. */
  public double positiveNumber(String key) {
    JsonNode value = required(key);
    double number = value.doubleValue();
    if (!value.isNumber() || !(number > 0) || Double.isInfinite(number)) {
      throw error(key, "must be a positive number");
    }
    return number;
  }

  /** A positive finite number, or the default if absent. */
  public double positiveNumber(String key, double orElse) {
    return has(key) ? positiveNumber(key) : orElse;
  }

  /** True or false, or false if absent. */
  public boolean flag(String key) {
    if (!has(key)) {
      return false;
    }
    if (!required(key).isBoolean()) {
      throw error(key, "must be true or false");
    }
    return required(key).booleanValue();
  }

  /** A string that must be there. */
  public String string(String key) {
    if (!required(key).isTextual()) {
      throw error(key, "must be a string");
    }
    return required(key).textValue();
  }

  /** A string, or the default if absent. */
  public String string(String key, String orElse) {
    return has(key) ? string(key) : orElse;
  }

  /** An error about a key's value: file, key, value, then the rule it breaks. */
  public UserErrorException error(String key, String rule) {
    String value = has(key) ? shortened(String.valueOf(node.get(key))) : "missing";
    return new UserErrorException(place + ": " + prefix + key + " is " + value + "; it " + rule);
  }

  private JsonNode required(String key) {
    JsonNode value = get(key);
    if (value == null) {
      throw new UserErrorException(place + ": " + prefix + key + " is missing");
    }
    return value;
  }

  private static String shortened(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "…";
  }
}
