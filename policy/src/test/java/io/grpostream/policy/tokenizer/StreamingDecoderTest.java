package io.grpostream.policy.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.Golden;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Decoding token by token; the fake tokenizer's tokens are single bytes. */
class StreamingDecoderTest {
  @Test
  void aCharacterAppearsWithItsLastByte() {
    byte[] bytes = "é🙂x".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        List.of("", "é", "", "", "", "🙂", "x", ""),
        pieces(new StreamingDecoder(StreamingDecoderTest::bytesToText), unsigned(bytes)));
  }

  @Test
  void anIncompleteCharacterShowsAtTheEnd() {
    byte[] bytes = "a🙂".getBytes(StandardCharsets.UTF_8);
    int[] cut = unsigned(Arrays.copyOf(bytes, 3));
    assertEquals(
        List.of("a", "", "", "\uFFFD"),
        pieces(new StreamingDecoder(StreamingDecoderTest::bytesToText), cut));
  }

  @Test
  void aLeadingSpaceThatDecodersDropStaysBetweenWords() {
    String[] words = {"", " two", " words", " here"};
    StreamingDecoder decoder =
        new StreamingDecoder(
            ids -> {
              StringBuilder text = new StringBuilder();
              Arrays.stream(ids).forEach(id -> text.append(words[id]));
              return text.toString().replaceFirst("^ ", "");
            });
    // Id 0 reads as nothing, as a skipped special token does.
    assertEquals(
        List.of("two", " words", "", " here", ""), pieces(decoder, new int[] {1, 2, 0, 3}));
  }

  @Test
  void piecesOfAnyIdsMakeTheWholeText() {
    Random random = new Random(3);
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(Golden.shipped().resolve("llama"))) {
      for (int i = 0; i < 50; i++) {
        int[] ids = random.ints(100, 0, 320).toArray();
        StreamingDecoder decoder = new StreamingDecoder(x -> tokenizer.decode(x, true));
        assertEquals(tokenizer.decode(ids, true), String.join("", pieces(decoder, ids)));
      }
    }
  }

  private static List<String> pieces(StreamingDecoder decoder, int[] ids) {
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(decoder.add(id));
    }
    pieces.add(decoder.finish());
    return pieces;
  }

  private static String bytesToText(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int[] unsigned(byte[] bytes) {
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }
}
