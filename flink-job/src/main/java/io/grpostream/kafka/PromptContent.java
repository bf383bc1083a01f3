package io.grpostream.kafka;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record of the prompts topic says, before any tokenizer has seen it. Exactly one of prompt
 * and messages is there.
 *
 * @param prompt the text to tokenize as it is
 * @param messages the conversation to render by the chat template
 * @param fields everything else
 */
record PromptContent(
    @Nullable String prompt, @Nullable List<PromptMessage> messages, Map<String, String> fields) {
  /** Throws unless exactly one of prompt and messages is there. */
  static PromptContent of(
      @Nullable String prompt, @Nullable List<PromptMessage> messages, Map<String, String> fields)
      throws UndecodableException {
    if (prompt == null && messages == null) {
      throw new UndecodableException("it has neither \"prompt\" nor \"messages\"");
    }
    if (prompt != null && messages != null) {
      throw new UndecodableException("it has both \"prompt\" and \"messages\"; it must have one");
    }
    return new PromptContent(prompt, messages, fields);
  }

  /** Reads Avro single-object encoding or JSON, whichever the bytes are. */
  static PromptContent parse(byte[] bytes) throws UndecodableException {
    return SingleObject.looksLike(bytes) ? PromptCodec.decode(bytes) : JsonPrompts.parse(bytes);
  }
}
