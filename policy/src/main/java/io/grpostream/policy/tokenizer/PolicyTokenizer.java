package io.grpostream.policy.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.template.ChatTemplate;
import io.grpostream.policy.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint's tokenizer: {@code tokenizer.json} through Hugging Face's own library, which DJL
 * ships, with the special tokens and the chat template beside it. Neither truncates nor pads,
 * whatever the file says. Safe for several threads.
 */
public final class PolicyTokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final Path folder;
  private final Map<String, String> specialTokens;
  private final @Nullable ChatTemplate chatTemplate;

  private PolicyTokenizer(HuggingFaceTokenizer tokenizer, Path folder, TokenizerConfig config) {
    this.tokenizer = tokenizer;
    this.folder = folder;
    this.specialTokens = config.specialTokens();
    this.chatTemplate =
        config.chatTemplate().map(t -> ChatTemplate.parse(t.place(), t.source())).orElse(null);
  }

  /**
   * Opens the tokenizer of a checkpoint folder; needs no network.
   *
   * @throws UserErrorException if a file is missing or malformed
   */
  public static PolicyTokenizer open(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    TokenizerConfig config = TokenizerConfig.read(folder);
    if (!Files.isRegularFile(file)) {
      throw new UserErrorException(file + " is missing");
    }
    HuggingFaceTokenizer tokenizer = load(file);
    try {
      return new PolicyTokenizer(tokenizer, folder, config);
    } catch (TemplateException e) {
      tokenizer.close();
      throw new UserErrorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static HuggingFaceTokenizer load(Path file) {
    loadLibrary();
    try {
      return HuggingFaceTokenizer.newInstance(file, OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new UserErrorException(file + " is no tokenizer: " + e.getMessage(), e);
    }
  }

  /** Asked for by itself, so that its absence is not taken for a broken file. */
  private static void loadLibrary() {
    try {
      LibUtils.checkStatus();
    } catch (RuntimeException | LinkageError e) {
      throw new UserErrorException(
          "the tokenizers' native library does not load ("
              + (e.getCause() == null ? e : e.getCause())
              + "); its cache folder (DJL_CACHE_DIR, by default ~/.djl.ai) must be writable, and the"
              + " platform Linux on x86-64",
          e);
    }
  }

  /**
   * Token ids of a text.
   *
   * @param addSpecialTokens adds what the tokenizer puts around a plain text, such as a BOS token;
   *     false for a rendered chat, whose template has written them already. Half of a surrogate
   *     pair counts as U+FFFD
   */
  public int[] encode(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(wellFormed(text), addSpecialTokens, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** With half a surrogate pair in it, the native side would misread the whole text. */
  private static String wellFormed(String text) {
    if (text.codePoints().noneMatch(PolicyTokenizer::isHalfPair)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(isHalfPair(c) ? '\uFFFD' : c));
    return clean.toString();
  }

  private static boolean isHalfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /**
   * Text of token ids, as the model wrote it: spaces are not tidied up. Bytes that are not UTF-8
   * become U+FFFD, and ids that the tokenizer does not know become nothing.
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
  }

  /** Special tokens by name, such as {@code bos_token}; those the checkpoint lacks are left out. */
  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /** The checkpoint's chat template; null if it has none. */
  public @Nullable ChatTemplate chatTemplate() {
    return chatTemplate;
  }

  /**
   * Renders a chat to the text that the model was trained on, as transformers' {@code
   * apply_chat_template} does; encode it without adding special tokens.
   *
   * @param addGenerationPrompt end with the beginning of the assistant's answer
   * @throws UserErrorException if the checkpoint has no chat template
   * @throws TemplateException if the template fails, or refuses these messages
   */
  public String renderChat(List<ChatMessage> messages, boolean addGenerationPrompt) {
    return renderChat(
        messages.stream().map(PolicyTokenizer::asMap).toList(),
        Map.of("add_generation_prompt", addGenerationPrompt));
  }

  /**
   * The same with messages of any form that the template knows, such as tool calls.
   *
   * @param messages JSON values: maps, lists, strings, numbers, booleans and null
   * @param options further names that the template sees, such as tools; {@code
   *     add_generation_prompt} is one
   */
  public String renderChat(Object messages, Map<String, ?> options) {
    if (chatTemplate == null) {
      throw new UserErrorException(
          folder + " has no chat template; add chat_template.jinja or use plain text prompts");
    }
    Map<String, @Nullable Object> context = new HashMap<>(specialTokens);
    // Templates ask whether these are none, and an absent name would be undefined instead.
    context.put("tools", null);
    context.put("documents", null);
    context.putAll(options);
    context.put("messages", messages);
    return chatTemplate.render(context);
  }

  /** Templates may print a message or walk its keys, so that their order matters. */
  private static Map<String, String> asMap(ChatMessage message) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("role", message.role());
    map.put("content", message.content());
    return map;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
