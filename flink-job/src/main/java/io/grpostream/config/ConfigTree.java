package io.grpostream.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A YAML file as a tree of values, with the command line's {@code key=value} pairs put over it. */
final class ConfigTree {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private ConfigTree() {}

  /**
   * Reads a file and puts the overrides over it.
   *
   * @param overrides {@code dotted.key=value}; entries of lists by index: {@code
   *     rewards.functions.0.weight=2}; an empty value takes the key out again
   * @throws UserErrorException if the file cannot be read or is no YAML, or an override has no
   *     place in it
   */
  static ObjectNode read(Path file, List<String> overrides) {
    JsonNode tree = parse(file);
    ObjectNode root = tree instanceof ObjectNode object ? object : YAML.createObjectNode();
    if (!tree.isObject() && !tree.isMissingNode() && !tree.isNull()) {
      throw new UserErrorException(file + " holds no keys; write a YAML file of key: value lines");
    }
    overrides.forEach(override -> override(root, override));
    return root;
  }

  private static JsonNode parse(Path file) {
    try {
      return YamlText.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file + " does not exist; give the path of a configuration", e);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new UserErrorException(file + where + " is not valid YAML: " + problem, e);
    } catch (IOException e) {
      throw new UserErrorException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The tree of a piece of YAML; text that is none is itself. */
  static JsonNode parseValue(String yaml) {
    try {
      return YamlText.parse(yaml);
    } catch (IOException e) {
      return TextNode.valueOf(yaml);
    }
  }

  static String write(ObjectNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot be written", e);
    }
  }

  static ObjectNode newObject() {
    return YAML.createObjectNode();
  }

  private static void override(ObjectNode root, String override) {
    int equals = override.indexOf('=');
    if (equals <= 0) {
      throw new UserErrorException("--set " + override + " has no key=value form; write key=value");
    }
    String path = override.substring(0, equals).strip();
    String value = override.substring(equals + 1);
    String[] parts = path.replace("[", ".").replace("]", "").split("\\.", -1);
    JsonNode node = root;
    for (int i = 0; i < parts.length - 1; i++) {
      node = child(node, parts[i], path);
    }
    put(node, parts[parts.length - 1], value.isEmpty() ? null : TextNode.valueOf(value), path);
  }

  private static JsonNode child(JsonNode node, String name, String path) {
    JsonNode child =
        node instanceof ArrayNode array ? array.path(index(array, name, path)) : node.path(name);
    if (child.isObject() || child.isArray()) {
      return child;
    }
    if (!child.isMissingNode() && !child.isNull()) {
      throw new UserErrorException(
          "--set " + path + " goes through " + name + ", which is a single value; shorten the key");
    }
    ObjectNode made = YAML.createObjectNode();
    put(node, name, made, path);
    return made;
  }

  private static void put(JsonNode node, String name, @Nullable JsonNode value, String path) {
    if (node instanceof ArrayNode array) {
      int index = index(array, name, path);
      if (value == null) {
        array.remove(index);
      } else if (index == array.size()) {
        array.add(value);
      } else {
        array.set(index, value);
      }
    } else if (value == null) {
      ((ObjectNode) node).remove(name);
    } else {
      ((ObjectNode) node).set(name, value);
    }
  }

  private static int index(ArrayNode array, String name, String path) {
    if (name.matches("\\d{1,6}") && Integer.parseInt(name) <= array.size()) {
      return Integer.parseInt(name);
    }
    throw new UserErrorException(
        "--set "
            + path
            + " names entry "
            + name
            + " of a list of "
            + array.size()
            + "; count from 0, "
            + array.size()
            + " adds one");
  }
}
