package io.grpostream.kafka;

import java.util.List;

/** What decoding a prompt needs of the policy's tokenizer. */
public interface PromptTokenizer extends AutoCloseable {
  /**
   * Token ids of a text, special tokens as the tokenizer adds them.
   *
   * @param rendered whether the text comes from {@link #renderChat}, whose template writes the
   *     special tokens itself
   */
  int[] encode(String text, boolean rendered);

  /**
   * The conversation as the checkpoint's chat template writes it, up to where the answer begins.
   * Any runtime exception means that the template refuses it; its message becomes the rejection's
   * detail.
   */
  String renderChat(List<PromptMessage> messages);

  /** Frees what is native of it; for most there is nothing to free. */
  @Override
  default void close() {}
}
