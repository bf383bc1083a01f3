package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.PromptDecoder.Accepted;
import io.grpostream.kafka.PromptDecoder.Refused;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Header;
import io.grpostream.records.Prompt;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import io.grpostream.records.Rejection.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every kind of record becomes a prompt or a rejection with its reason. */
class PromptDecoderTest {
  private static final Coordinates AT = new Coordinates("prompts", 3, 41);

  /** One token per character; a chat begins with its number of messages; "!" is a bad role. */
  private static final PromptTokenizer CHARACTERS =
      new PromptTokenizer() {
        @Override
        public int[] encode(String text, boolean rendered) {
          return (rendered ? text : text.strip()).chars().toArray();
        }

        @Override
        public String renderChat(List<PromptMessage> messages) {
          if (messages.get(0).role().equals("!")) {
            throw new IllegalArgumentException("role ! is unknown");
          }
          return messages.stream()
              .map(m -> "<" + m.role() + ">" + m.content())
              .collect(Collectors.joining());
        }
      };

  private static final PromptDecoder DECODER =
      new PromptDecoder(CHARACTERS, new PromptLimits(32, 1000));

  private static PromptDecoder.Result decode(byte[] value) {
    return DECODER.decode(new RawRecord(AT, new byte[] {9}, List.of(), value));
  }

  private static Prompt accepted(String value) {
    PromptDecoder.Result result = decode(value.getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(Accepted.class, result, result.toString()).prompt();
  }

  private static Rejection refused(Reason reason, byte[] value) {
    PromptDecoder.Result result = decode(value);
    Rejection rejection = assertInstanceOf(Refused.class, result, result.toString()).rejection();
    assertEquals(reason, rejection.reason(), rejection.detail());
    assertEquals(AT, rejection.at());
    return rejection;
  }

  private static String refused(Reason reason, String value) {
    return refused(reason, value.getBytes(StandardCharsets.UTF_8)).detail();
  }

  @Test
  void takesAJsonPromptWithItsFields() {
    Prompt prompt =
        accepted(
            """
            {"answer": "12", "prompt": "5+7=", "n": 1.50, "big": 123456789012345678901234567890,
             "e": 1e400, "yes": true, "none": null, "list": [1, {"a" : "b\\n"}], "o": {}}\r
            """);
    assertEquals("5+7=", prompt.text());
    assertArrayEquals("5+7=".chars().toArray(), prompt.ids());
    assertEquals(
        Map.of(
            "answer", "12",
            "n", "1.50",
            "big", "123456789012345678901234567890",
            "e", "1e400",
            "yes", "true",
            "list", "[1, {\"a\" : \"b\\n\"}]",
            "o", "{}"),
        prompt.fields());
  }

  @Test
  void takesMessagesThroughTheChatTemplate() {
    Prompt prompt =
        accepted(
            """
            {"messages": [{"role": "system", "content": "Add."}, {"content": "5+7", "role": "user"}]}""");
    assertEquals("<system>Add.<user>5+7", prompt.text());
  }

  @Test
  void takesAvro() {
    PromptContent content =
        new PromptContent(null, List.of(new PromptMessage("user", "5+7")), Map.of("answer", "12"));
    PromptDecoder.Result result = decode(PromptCodec.AVRO.encode(PromptCodec.toAvro(content)));
    Prompt prompt = assertInstanceOf(Accepted.class, result).prompt();
    assertEquals("<user>5+7", prompt.text());
    assertEquals(Map.of("answer", "12"), prompt.fields());
  }

  @Test
  void keepsKeyHeadersAndCoordinates() {
    List<Header> headers = List.of(new Header("reply-to", new byte[] {1}));
    byte[] key = {7};
    RawRecord raw =
        new RawRecord(AT, key, headers, "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8));
    Prompt prompt = assertInstanceOf(Accepted.class, DECODER.decode(raw)).prompt();
    assertSame(key, prompt.key());
    assertEquals(headers, prompt.headers());
    assertEquals(AT, prompt.at());
  }

  @Test
  void takesAByteOrderMarkAndText() {
    assertEquals("ü🙂\"", accepted("\uFEFF {\"prompt\": \"\\u00fc\\ud83d\\ude42\\\"\"}").text());
  }

  @Test
  void refusesWhatIsNoPrompt() {
    String depth = "[".repeat(100_000);
    for (String value :
        List.of(
            "hello",
            " ",
            "{",
            "[]",
            "\"prompt\"",
            "{\"prompt\": 5}",
            "{\"prompt\": null}",
            "{\"question\": \"5+7\"}",
            "{\"prompt\": \"a\", \"messages\": []}",
            "{\"prompt\": \"a\", \"prompt\": \"b\"}",
            "{\"prompt\": \"a\"} {\"prompt\": \"b\"}",
            "{\"prompt\": \"\\ud83d\"}",
            "{\"prompt\": \"a\", \"n\": NaN}",
            "{\"messages\": {}}",
            "{\"messages\": [5]}",
            "{\"messages\": [{\"role\": \"user\"}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": [\"a\"]}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"tool\": 1}]}",
            "{\"prompt\": \"a\", \"deep\": " + depth.substring(0, 900))) {
      refused(Reason.UNDECODABLE, value);
    }
    assertEquals("it has neither \"prompt\" nor \"messages\"", refused(Reason.UNDECODABLE, "{}"));
    assertEquals(
        "it is neither Avro nor JSON: Unexpected end-of-input: expected close marker for Object",
        refused(Reason.UNDECODABLE, "{"));
  }

  @Test
  void refusesDeepAndHugeJsonWithoutHarm() {
    PromptDecoder generous = new PromptDecoder(CHARACTERS, new PromptLimits(32, 50_000_000));
    for (String value :
        List.of(
            "{\"prompt\":\"a\",\"deep\":" + "[".repeat(1_000_000),
            "{\"prompt\":\"a\",\"deep\":" + "{\"a\":".repeat(1_000_000),
            "{\"prompt\":\"a\",\"number\":" + "9".repeat(1_000_000) + "}")) {
      RawRecord raw =
          new RawRecord(AT, new byte[0], List.of(), value.getBytes(StandardCharsets.UTF_8));
      Rejection rejection = assertInstanceOf(Refused.class, generous.decode(raw)).rejection();
      assertEquals(Reason.UNDECODABLE, rejection.reason());
      assertEquals(Rejection.MAX_VALUE_BYTES, rejection.value().length);
    }
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] value = "{\"prompt\": \"a?\"}".getBytes(StandardCharsets.UTF_8);
    value[13] = (byte) 0xE4;
    assertEquals(
        "it is neither Avro nor JSON: it is not valid UTF-8",
        refused(Reason.UNDECODABLE, value).detail());
  }

  @Test
  void refusesEmptiness() {
    refused(Reason.EMPTY, new byte[0]);
    refused(Reason.EMPTY, "{\"prompt\": \"\"}");
    refused(Reason.EMPTY, "{\"messages\": []}");
    assertEquals("its text has no token", refused(Reason.EMPTY, "{\"prompt\": \" \"}"));
  }

  @Test
  void refusesOneTokenTooMany() {
    assertEquals(32, accepted("{\"prompt\": \"" + "a".repeat(32) + "\"}").ids().length);
    assertEquals(
        "it has 33 tokens; the limit is 32",
        refused(Reason.TOO_LONG, "{\"prompt\": \"" + "a".repeat(33) + "\"}"));
  }

  @Test
  void refusesOneByteTooMany() {
    String framing = "{\"prompt\": \"a\", \"x\": \"\"}";
    int keyBytes = 1;
    String largest =
        framing.replace("\"\"", "\"" + "x".repeat(1000 - keyBytes - framing.length()) + "\"");
    accepted(largest);
    assertEquals(
        "it takes 1001 bytes; the limit is 1000", refused(Reason.TOO_LARGE, largest + " "));
  }

  @Test
  void refusesARenderedTextTooLarge() {
    PromptTokenizer wordy =
        new PromptTokenizer() {
          @Override
          public int[] encode(String text, boolean rendered) {
            return new int[] {1};
          }

          @Override
          public String renderChat(List<PromptMessage> messages) {
            return "ü".repeat(501);
          }
        };
    RawRecord raw =
        new RawRecord(
            AT,
            new byte[0],
            List.of(),
            "{\"messages\":[{\"role\":\"user\",\"content\":\"\"}]}"
                .getBytes(StandardCharsets.UTF_8));
    PromptDecoder.Result result = new PromptDecoder(wordy, new PromptLimits(32, 1000)).decode(raw);
    assertEquals(
        "its text takes 1002 bytes; the limit is 1000",
        assertInstanceOf(Refused.class, result).rejection().detail());
  }

  @Test
  void namesWhatTheChatTemplateSays() {
    String detail =
        refused(Reason.TEMPLATE, "{\"messages\": [{\"role\": \"!\", \"content\": \"a\"}]}");
    assertEquals("the chat template refuses it: role ! is unknown", detail);
  }

  @Test
  void noBytesMakeItThrow() {
    Random random = new Random(11);
    String alphabet = "{}[]\",:prmteag0 \\u\uFEFFü";
    int refused = 0;
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] value = new byte[random.nextInt(60)];
      random.nextBytes(value);
      if (trial % 2 == 0) {
        value =
            random
                .ints(random.nextInt(40), 0, alphabet.length())
                .mapToObj(i -> alphabet.substring(i, i + 1))
                .collect(Collectors.joining("", "{\"prompt\":\"", ""))
                .getBytes(StandardCharsets.UTF_8);
      }
      if (decode(value) instanceof Refused) {
        refused++;
      }
    }
    assertTrue(refused > 15_000, refused + " refused");
  }
}
