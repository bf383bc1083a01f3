package io.grpostream.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prompts as JSON objects: {@code {"prompt": "…"}} or {@code {"messages": [{"role": "…", "content":
 * "…"}, …]}}. Every other member is a field: strings as they are, numbers and booleans as written,
 * arrays and objects as their JSON text, null not at all.
 */
final class JsonPrompts {
  /** Deeper nesting than any prompt has, and far from the end of a thread's stack. */
  private static final int MAX_DEPTH = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final String text;
  private final JsonParser in;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private @Nullable String prompt;
  private @Nullable List<PromptMessage> messages;

  private JsonPrompts(String text, JsonParser in) {
    this.text = text;
    this.in = in;
  }

  static PromptContent parse(byte[] bytes) throws UndecodableException {
    String text = decode(bytes);
    try (JsonParser in = JSON.createParser(text)) {
      return new JsonPrompts(text, in).object();
    } catch (JsonProcessingException e) {
      throw new UndecodableException("it is neither Avro nor JSON: " + plain(e), e);
    } catch (IOException e) {
      throw new UndecodableException("it is neither Avro nor JSON: " + e.getMessage(), e);
    }
  }

  /** Jackson adds where an unfinished object began, in terms of its own settings. */
  private static String plain(JsonProcessingException e) {
    return e.getOriginalMessage().replaceAll(" \\(start marker at \\[[^]]*]\\)", "");
  }

  private static String decode(byte[] bytes) throws UndecodableException {
    try {
      CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      boolean byteOrderMark = chars.length() > 0 && chars.charAt(0) == '\uFEFF';
      return chars.subSequence(byteOrderMark ? 1 : 0, chars.length()).toString();
    } catch (CharacterCodingException e) {
      throw new UndecodableException("it is neither Avro nor JSON: it is not valid UTF-8", e);
    }
  }

  private PromptContent object() throws IOException, UndecodableException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new UndecodableException("it is not a JSON object");
    }
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = unicode(in.currentName());
      in.nextToken();
      switch (name) {
        case "prompt" -> prompt = string("prompt");
        case "messages" -> messages = messages();
        default -> field(name);
      }
    }
    if (in.nextToken() != null) {
      throw new UndecodableException("something follows the JSON object's end");
    }
    return PromptContent.of(prompt, messages, fields);
  }

  private String string(String what) throws IOException, UndecodableException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw new UndecodableException("\"" + what + "\" is not a string");
    }
    return unicode(in.getText());
  }

  private List<PromptMessage> messages() throws IOException, UndecodableException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new UndecodableException("\"messages\" is not an array");
    }
    List<PromptMessage> list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(message());
    }
    return list;
  }

  private PromptMessage message() throws IOException, UndecodableException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new UndecodableException("\"messages\" holds something that is not an object");
    }
    String role = null;
    String content = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "role" -> role = string("role");
        case "content" -> content = string("content");
        default ->
            throw new UndecodableException(
                "a message has \"" + name + "\"; it may have \"role\" and \"content\" only");
      }
    }
    if (role == null || content == null) {
      throw new UndecodableException("a message lacks \"role\" or \"content\"");
    }
    return new PromptMessage(role, content);
  }

  private void field(String name) throws IOException, UndecodableException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      int from = (int) in.currentTokenLocation().getCharOffset();
      in.skipChildren();
      fields.put(name, text.substring(from, (int) in.currentLocation().getCharOffset()));
    } else if (token != JsonToken.VALUE_NULL) {
      fields.put(name, unicode(in.getText()));
    }
  }

  /** JSON's escapes can spell half a surrogate pair, which no tokenizer and no UTF-8 can take. */
  private static String unicode(String value) throws UndecodableException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new UndecodableException("a string holds half a surrogate pair");
    }
    return value;
  }
}
