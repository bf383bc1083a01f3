package io.grpostream.kafka;

import io.grpostream.records.Header;
import io.grpostream.records.Prompt;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import io.grpostream.records.Rejection.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns a record of the prompts topic into a prompt that fits, or into a rejection that says why
 * not. No content makes it throw; only a tokenizer that fails on valid text does.
 */
public final class PromptDecoder implements AutoCloseable {
  /** Framing that a Kafka or Avro record spends on each header. */
  private static final int HEADER_FRAMING_BYTES = 10;

  private final PromptTokenizer tokenizer;
  private final PromptLimits limits;

  /** A prompt, or why there is none. */
  public sealed interface Result {}

  /** The record decoded and fits. */
  public record Accepted(Prompt prompt) implements Result {}

  /** The record gets no number. */
  public record Refused(Rejection rejection) implements Result {}

  /**
   * Makes one.
   *
   * @param tokenizer closed with the decoder
   */
  public PromptDecoder(PromptTokenizer tokenizer, PromptLimits limits) {
    this.tokenizer = tokenizer;
    this.limits = limits;
  }

  public Result decode(RawRecord raw) {
    try {
      return new Accepted(prompt(raw));
    } catch (RefusedException e) {
      return new Refused(new Rejection(raw.at(), e.reason, e.detail, raw.key(), raw.value()));
    }
  }

  private Prompt prompt(RawRecord raw) throws RefusedException {
    long bytes = bytes(raw);
    if (bytes > limits.maxBytes()) {
      throw new RefusedException(
          Reason.TOO_LARGE, "it takes " + bytes + " bytes; the limit is " + limits.maxBytes());
    }
    if (raw.value().length == 0) {
      throw new RefusedException(Reason.EMPTY, "it has no value");
    }
    PromptContent content = content(raw.value());
    String text = text(content);
    int[] ids = tokenizer.encode(text, content.messages() != null);
    if (ids.length == 0) {
      throw new RefusedException(Reason.EMPTY, "its text has no token");
    }
    if (ids.length > limits.maxTokens()) {
      throw new RefusedException(
          Reason.TOO_LONG, "it has " + ids.length + " tokens; the limit is " + limits.maxTokens());
    }
    return new Prompt(raw.at(), raw.key(), raw.headers(), text, content.fields(), ids);
  }

  private static PromptContent content(byte[] value) throws RefusedException {
    try {
      return PromptContent.parse(value);
    } catch (UndecodableException e) {
      throw new RefusedException(Reason.UNDECODABLE, e.detail());
    }
  }

  private String text(PromptContent content) throws RefusedException {
    String prompt = content.prompt();
    List<PromptMessage> messages = content.messages();
    if (prompt == null && messages != null && messages.isEmpty()) {
      throw new RefusedException(Reason.EMPTY, "its \"messages\" are empty");
    }
    String text = messages == null ? prompt : render(messages);
    if (text == null || text.isEmpty()) {
      throw new RefusedException(Reason.EMPTY, "its text is empty");
    }
    long bytes = utf8Length(text);
    if (bytes > limits.maxBytes()) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "its text takes " + bytes + " bytes; the limit is " + limits.maxBytes());
    }
    return text;
  }

  private String render(List<PromptMessage> messages) throws RefusedException {
    try {
      return tokenizer.renderChat(messages);
    } catch (RuntimeException e) {
      throw new RefusedException(
          Reason.TEMPLATE, "the chat template refuses it: " + e.getMessage());
    }
  }

  private static long bytes(RawRecord raw) {
    long bytes = (long) raw.key().length + raw.value().length;
    for (Header header : raw.headers()) {
      bytes += HEADER_FRAMING_BYTES + utf8Length(header.name()) + header.value().length;
    }
    return bytes;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Leads from wherever a record is turned away to {@link #decode}. */
  private static final class RefusedException extends Exception {
    private final Reason reason;
    private final String detail;

    RefusedException(Reason reason, String detail) {
      super(detail);
      this.reason = reason;
      this.detail = detail;
    }
  }
}
