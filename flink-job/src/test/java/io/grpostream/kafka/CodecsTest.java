package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.avro.Completion;
import io.grpostream.avro.Rejected;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.TrainingStep;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes into a topic comes out of it, and Avro's own reader agrees on the bytes. */
class CodecsTest {
  private static final int SEEDS = 200;

  @Test
  void rolloutsLoseNothing() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Group group = new RandomRecords(seed).group(seed % 5);
      Deep.assertSame(group, RolloutCodec.decode(RolloutCodec.encode(group)));
    }
  }

  @Test
  void trainingStepsLoseNothing() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      TrainingStep step = new RandomRecords(seed).step(seed % 5);
      Deep.assertSame(step, TrainingStepCodec.decode(TrainingStepCodec.encode(step)));
    }
  }

  @Test
  void policyVersionsLoseNothing() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      PolicyVersion version = new RandomRecords(seed).version();
      assertEquals(version, PolicyVersionCodec.decode(PolicyVersionCodec.encode(version)));
    }
  }

  @Test
  void rejectionsLoseNothing() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Rejection rejection = new RandomRecords(seed).rejection();
      Deep.assertSame(rejection, RejectionCodec.decode(RejectionCodec.encode(rejection)));
    }
  }

  @Test
  void completionsCarryWhatRatersNeed() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      SampledCompletion sampled = new RandomRecords(seed).group(1).completions().get(0).sampled();
      Completion avro =
          Completion.getDecoder().decode(ByteBuffer.wrap(CompletionCodec.encode(sampled)));
      assertEquals(sampled.prompt().number(), avro.getNumber());
      assertEquals(sampled.completion().index(), avro.getIndex());
      assertEquals(
          sampled.prompt().prompt().at(),
          new Coordinates(avro.getTopic(), avro.getPartition(), avro.getOffset()));
      assertEquals(sampled.prompt().prompt().text(), avro.getPrompt());
      assertEquals(sampled.prompt().prompt().fields(), avro.getFields());
      assertEquals(sampled.completion().text(), avro.getText());
      assertArrayEquals(sampled.completion().ids(), AvroValues.ints(avro.getIds()));
      assertArrayEquals(sampled.completion().logprobs(), AvroValues.floats(avro.getLogprobs()));
      assertEquals(sampled.completion().finishReason().name(), avro.getFinishReason());
      assertEquals(sampled.policy().number(), avro.getPolicyNumber());
      assertEquals(sampled.policy().sha256(), avro.getPolicySha256());
      assertEquals(sampled.policy().lineage(), avro.getLineage());
    }
  }

  @Test
  void promptsLoseNothing() throws Exception {
    List<PromptContent> contents =
        List.of(
            new PromptContent("1+1=", null, Map.of("answer", "2")),
            new PromptContent("", null, Map.of()),
            new PromptContent(
                null,
                List.of(new PromptMessage("system", ""), new PromptMessage("user", "🙂")),
                Map.of("a", "[1]", "", "x")));
    for (PromptContent content : contents) {
      byte[] bytes = PromptCodec.AVRO.encode(PromptCodec.toAvro(content));
      assertEquals(content, PromptCodec.decode(bytes));
      assertEquals(content, PromptContent.parse(bytes));
    }
  }

  @Test
  void equalMapsBecomeEqualBytes() throws Exception {
    PromptContent one =
        JsonPrompts.parse("{\"prompt\":\"p\",\"b\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8));
    PromptContent other =
        JsonPrompts.parse("{\"a\":2,\"b\":1,\"prompt\":\"p\"}".getBytes(StandardCharsets.UTF_8));
    assertArrayEquals(
        PromptCodec.AVRO.encode(PromptCodec.toAvro(one)),
        PromptCodec.AVRO.encode(PromptCodec.toAvro(other)));
  }

  @Test
  void aReasonOfANewerReleaseIsNamed() {
    Rejected newer =
        Rejected.newBuilder()
            .setTopic("prompts")
            .setPartition(0)
            .setOffset(1)
            .setReason("EXPIRED")
            .setDetail("")
            .setKey(ByteBuffer.allocate(0))
            .setValue(ByteBuffer.allocate(0))
            .build();
    byte[] bytes = new SingleObject<>(Rejected.class).encode(newer);
    UndecodableException e =
        assertThrows(UndecodableException.class, () -> RejectionCodec.decode(bytes));
    assertEquals("its Reason EXPIRED is not known here", e.detail());
  }
}
