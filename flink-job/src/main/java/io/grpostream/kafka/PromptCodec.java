package io.grpostream.kafka;

import io.grpostream.avro.Prompt;
import java.util.List;

/** A {@link PromptContent} as a record of the topic prompts, and back. */
final class PromptCodec {
  static final SingleObject<Prompt> AVRO = new SingleObject<>(Prompt.class);

  private PromptCodec() {}

  static Prompt toAvro(PromptContent content) {
    List<PromptMessage> messages = content.messages();
    return Prompt.newBuilder()
        .setPrompt(content.prompt())
        .setMessages(
            messages == null
                ? null
                : messages.stream()
                    .map(m -> new io.grpostream.avro.PromptMessage(m.role(), m.content()))
                    .toList())
        .setFields(AvroValues.sorted(content.fields()))
        .build();
  }

  static PromptContent decode(byte[] bytes) throws UndecodableException {
    Prompt avro = AVRO.decode(bytes);
    List<io.grpostream.avro.PromptMessage> messages = avro.getMessages();
    return PromptContent.of(
        avro.getPrompt(),
        messages == null
            ? null
            : messages.stream().map(m -> new PromptMessage(m.getRole(), m.getContent())).toList(),
        AvroValues.sorted(avro.getFields()));
  }
}
