package io.grpostream.job;

import io.grpostream.kafka.PromptMessage;
import io.grpostream.kafka.PromptTokenizer;
import io.grpostream.policy.tokenizer.ChatMessage;
import io.grpostream.policy.tokenizer.PolicyTokenizer;
import java.util.List;

/** The checkpoint's tokenizer and chat template, as decoding prompts needs them. */
public record CheckpointTokenizer(PolicyTokenizer tokenizer) implements PromptTokenizer {
  @Override
  public int[] encode(String text, boolean rendered) {
    return tokenizer.encode(text, !rendered);
  }

  @Override
  public String renderChat(List<PromptMessage> messages) {
    return tokenizer.renderChat(
        messages.stream()
            .map(message -> new ChatMessage(message.role(), message.content()))
            .toList(),
        true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
