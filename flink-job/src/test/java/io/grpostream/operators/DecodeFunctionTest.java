package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.PromptMessage;
import io.grpostream.kafka.PromptTokenizer;
import io.grpostream.records.Coordinates;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Decoding in Flink's harness: where accepted and refused records go, and what is closed. */
class DecodeFunctionTest {
  private record Characters(AtomicBoolean closed) implements PromptTokenizer {
    @Override
    public int[] encode(String text, boolean rendered) {
      return text.chars().toArray();
    }

    @Override
    public String renderChat(List<PromptMessage> messages) {
      throw new IllegalArgumentException("there is no template");
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }

  private static RawRecord raw(long offset, String value) {
    return new RawRecord(
        new Coordinates("prompts", 0, offset),
        new byte[0],
        List.of(),
        value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void splitsTheStreamAndClosesItsTokenizer() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    DecodeFunction decode =
        new DecodeFunction(
            () -> new PromptDecoder(new Characters(closed), new PromptLimits(8, 1000)));
    try (var harness = new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(decode))) {
      harness.open();
      harness.processElement(raw(0, "{\"prompt\":\"short\"}"), 0);
      harness.processElement(raw(1, "{\"prompt\":\"much too long\"}"), 0);
      harness.processElement(raw(2, "{\"prompt\":\"again\"}"), 0);
      assertEquals(
          List.of(0L, 2L),
          harness.extractOutputValues().stream().map(prompt -> prompt.at().offset()).toList());
      Rejection refused = harness.getSideOutput(DecodeFunction.REJECTED).remove().getValue();
      assertEquals(Rejection.Reason.TOO_LONG, refused.reason());
      assertEquals(1, refused.at().offset());
      assertFalse(closed.get());
    }
    assertTrue(closed.get());
  }
}
