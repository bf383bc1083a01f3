package io.grpostream.policy.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a checkpoint says about its tokenizer beside {@code tokenizer.json}: special tokens by name,
 * and the chat template. {@code tokenizer_config.json} may be missing.
 *
 * @param specialTokens name (such as {@code bos_token}) → text of the token; absent ones are left
 *     out
 * @param chatTemplate the template's text and where it stands; empty if there is none
 */
record TokenizerConfig(Map<String, String> specialTokens, Optional<Template> chatTemplate) {
  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");
  private static final String TEMPLATE_KEY = "chat_template";
  private static final String DEFAULT_TEMPLATE = "default";

  /** A chat template's source text, and its place for errors. */
  record Template(String place, String source) {}

  TokenizerConfig {
    specialTokens = Collections.unmodifiableMap(new TreeMap<>(specialTokens));
  }

  /**
   * Reads the folder's files.
   *
   * @throws UserErrorException if one is malformed
   */
  static TokenizerConfig read(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    Optional<JsonObject> json = JsonObject.readIfPresent(file);
    Map<String, String> tokens = new TreeMap<>();
    json.ifPresent(
        config ->
            SPECIAL_TOKENS.stream()
                .filter(config::has)
                .forEach(name -> tokens.put(name, token(config, name))));
    // transformers prefers the file of its own to the key.
    Optional<Template> template =
        templateFile(folder.resolve("chat_template.jinja"))
            .or(() -> json.flatMap(config -> templateKey(file, config)));
    return new TokenizerConfig(tokens, template);
  }

  /** A token is a string, or an object whose {@code content} is one. */
  private static String token(JsonObject config, String name) {
    JsonNode value = config.node().path(name);
    JsonNode content = value.isObject() ? value.path("content") : value;
    if (!content.isTextual()) {
      throw config.error(name, "must be a string or an object with content");
    }
    return content.textValue();
  }

  private static Optional<Template> templateFile(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Template(file.toString(), Files.readString(file)));
    } catch (IOException e) {
      throw new UserErrorException(file + " cannot be read as UTF-8: " + e.getMessage(), e);
    }
  }

  /** The template is a string, or a list of named ones of which chats use the default. */
  private static Optional<Template> templateKey(Path file, JsonObject config) {
    JsonNode value = config.get(TEMPLATE_KEY);
    if (value == null) {
      return Optional.empty();
    }
    if (value.isArray()) {
      for (JsonNode named : value) {
        if (named.path("name").asText().equals(DEFAULT_TEMPLATE)) {
          value = named.path("template");
        }
      }
    }
    if (!value.isTextual()) {
      throw config.error(
          TEMPLATE_KEY, "must be a string or a list of {name, template} with one named default");
    }
    return Optional.of(new Template(file + " " + TEMPLATE_KEY, value.textValue()));
  }
}
