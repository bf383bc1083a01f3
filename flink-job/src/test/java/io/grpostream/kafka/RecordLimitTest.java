package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.Header;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.Prompt;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.records.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The largest records that a configuration allows stay within its limit. */
class RecordLimitTest {
  private static final String SHA = "f".repeat(64);
  private static final String TOPIC = "t".repeat(249);

  private static final RecordLimit LIMIT =
      new RecordLimit(new PromptLimits(50, 4000), 8, 30, 20, 5, 3);

  /** A prompt that fills its limits: half of the record is headers, half fields. */
  private static Prompt fullPrompt() {
    int[] ids = new int[50];
    Arrays.fill(ids, Integer.MAX_VALUE);
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      headers.add(new Header("a", new byte[9]));
    }
    return new Prompt(
        new Coordinates(TOPIC, 9, Long.MAX_VALUE),
        new byte[100],
        headers,
        "x".repeat(4000),
        Map.of("f", "y".repeat(1980)),
        ids);
  }

  @Test
  void aFullGroupFits() {
    NumberedPrompt prompt = new NumberedPrompt(Long.MAX_VALUE, fullPrompt());
    PolicyRef policy = new PolicyRef(SHA, Long.MAX_VALUE, SHA);
    int[] ids = new int[30];
    Arrays.fill(ids, Integer.MAX_VALUE);
    Completion completion =
        new Completion(0, ids, new float[30], "z".repeat(30 * 20), FinishReason.STOP_STRING);
    ScoredCompletion scored =
        new ScoredCompletion(new SampledCompletion(prompt, policy, completion), new double[5], 1);
    byte[] bytes =
        RolloutCodec.encode(
            new Group(prompt, policy, Collections.nCopies(8, scored), new double[8], false));
    assertTrue(bytes.length <= LIMIT.bytes(), bytes.length + " > " + LIMIT.bytes());
    // The bound is of use: not many times what is needed.
    assertTrue(bytes.length * 2 > LIMIT.bytes() - 8192, bytes.length + " of " + LIMIT.bytes());
  }

  @Test
  void aFullLedgerRecordFits() {
    RecordLimit manyGroups = new RecordLimit(new PromptLimits(1, 1), 64, 1, 1, 1, 1000);
    TrainingStep.TrainedGroup group =
        new TrainingStep.TrainedGroup(
            Long.MAX_VALUE,
            new Coordinates(TOPIC, Integer.MAX_VALUE, Long.MAX_VALUE),
            Long.MAX_VALUE,
            SHA,
            new double[64],
            "uninformative");
    TrainingStep step =
        new TrainingStep(
            new TrainingStep.Determined(
                1, 2, SHA, SHA, SHA, Collections.nCopies(1000, group), 0, Map.of("loss", 1.0), 1),
            new TrainingStep.Observed(SHA, 1, 1, 1, 1, 1, 1, 1, 1));
    int bytes = TrainingStepCodec.encode(step).length;
    assertTrue(bytes <= manyGroups.bytes(), bytes + " > " + manyGroups.bytes());
  }

  @Test
  void moreThanABrokerTakesIsRefusedAtOnce() {
    RecordLimit absurd =
        new RecordLimit(new PromptLimits(1000, 1 << 20), 1_000_000, 100_000, 256, 1, 1);
    UserErrorException e = assertThrows(UserErrorException.class, absurd::bytes);
    // 10^6 × (10^5 × (5 + 4 + 256) + 9 × 3 + 64) + 8192 + 2 × 2^20 + 5 × 1000
    assertEquals(
        "rollout.group-size 1000000 with rollout.max-tokens 100000 and policy.max-prompt-tokens 1000"
            + " can make a record of 26500093110344 bytes; a Kafka broker takes at most 100000000;"
            + " lower one of them",
        e.getMessage());
  }
}
