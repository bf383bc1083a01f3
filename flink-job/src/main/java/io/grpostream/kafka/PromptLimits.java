package io.grpostream.kafka;

import java.io.Serializable;

/**
 * What a prompt may take.
 *
 * @param maxTokens most token ids (policy.max-prompt-tokens)
 * @param maxBytes most bytes of a prompt's record (key, headers and value), and of its text once
 *     the chat template has rendered it
 */
public record PromptLimits(int maxTokens, int maxBytes) implements Serializable {
  public PromptLimits {
    if (maxTokens < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "prompt limits must be positive, not "
              + maxTokens
              + " tokens and "
              + maxBytes
              + " bytes");
    }
  }
}
