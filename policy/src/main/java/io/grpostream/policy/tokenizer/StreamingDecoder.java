package io.grpostream.policy.tokenizer;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Decodes one completion token by token. A character whose bytes are spread over several tokens
 * appears when its last byte is there; all pieces together are the text of all ids. For one thread.
 *
 * <p>Tokens are decoded together with those of the piece before, since what a token reads as can
 * depend on its neighbour (a leading space, for one); so the cost of a token does not grow with the
 * length of the text.
 */
public final class StreamingDecoder {
  /** What decoders write in place of bytes that are no character, or not yet one. */
  private static final String REPLACEMENT = "\uFFFD";

  private final Function<int[], String> decode;
  private int[] ids = new int[32];
  private int size;
  // ids[contextStart, emittedEnd) made the last piece; ids[emittedEnd, size) wait.
  private int contextStart;
  private int emittedEnd;
  private String waiting = "";

  /**
   * @param decode ids to text, such as {@code ids -> tokenizer.decode(ids, true)}
   */
  public StreamingDecoder(Function<int[], String> decode) {
    this.decode = decode;
  }

  /** Takes the next id and returns the text that is now certain; often empty, never null. */
  public String add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = id;
    String piece = pending();
    boolean certain = !piece.endsWith(REPLACEMENT);
    waiting = certain ? "" : piece;
    return certain ? emitted(piece) : "";
  }

  /** What the ids read as whose text is not certain yet; empty if all of it is. */
  public String waiting() {
    return waiting;
  }

  /** Returns what is left when no more ids come: at most an incomplete character. */
  public String finish() {
    waiting = "";
    return emitted(pending());
  }

  private String pending() {
    String before = decode.apply(Arrays.copyOfRange(ids, contextStart, emittedEnd));
    String all = decode.apply(Arrays.copyOfRange(ids, contextStart, size));
    return all.substring(Math.min(before.length(), all.length()));
  }

  private String emitted(String piece) {
    // An empty piece (a skipped special token) must not become the context of the next one.
    if (!piece.isEmpty()) {
      contextStart = emittedEnd;
      emittedEnd = size;
    }
    return piece;
  }
}
