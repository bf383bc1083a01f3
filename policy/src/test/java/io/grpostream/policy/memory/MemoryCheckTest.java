package io.grpostream.policy.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.memory.MemoryPlan.Work;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** SmolLM2's sizes: 135 million parameters, so 1.6 GB of weights and moments. */
final class MemoryCheckTest {
  private static final ModelConfig MODEL =
      new ModelConfig(
          Family.LLAMA,
          49152,
          576,
          1536,
          30,
          9,
          3,
          64,
          1e-6,
          1e4,
          null,
          true,
          false,
          false,
          2048,
          -1);
  private static final MemoryCheck.Levers LEVERS =
      new MemoryCheck.Levers("max-tokens", "max-rows", "group-size", "model");

  private static MemoryCheck check(MicroBatch batch, int decoding) {
    return new MemoryCheck(
        300_000_000,
        new PolicyFootprint(MODEL, Lora.NONE, Precision.FP32, Precision.FP32),
        new Work(batch, true, decoding, 1, false, false, false),
        LEVERS);
  }

  private static String refusal(MemoryCheck check, double gigabytes) {
    OptionalLong limit = OptionalLong.of((long) (gigabytes * 1e9));
    return String.valueOf(
        assertThrows(UserErrorException.class, () -> check.check(limit)).getMessage());
  }

  @Test
  void whatFitsPassesWithoutAWord() {
    MemoryCheck check = check(new MicroBatch(2, 8, 64, 64), 2);
    assertTrue(check.check(OptionalLong.of(check.plan().total())).isEmpty());
    assertTrue(check.check(OptionalLong.empty()).isEmpty());
  }

  @Test
  void whatMayJustFitIsAWarning() {
    MemoryCheck check = check(new MicroBatch(2, 8, 64, 64), 2);
    long little = (long) (check.plan().total() / 1.1);
    assertTrue(check.check(OptionalLong.of(little)).orElse("").contains("lower"));
  }

  @Test
  void theRefusalSaysHowMuchAndWhatToLower() {
    MemoryCheck check = check(new MicroBatch(14, 8, 64, 64), 2);
    String message = refusal(check, 8);
    String need =
        String.format(
            Locale.ROOT, "this needs about %.1f GB of memory", check.plan().total() / 1e9);
    assertTrue(message.startsWith(need), message);
    assertTrue(message.endsWith("and there are 8.0 GB; lower max-tokens"), message);
  }

  @Test
  void theKeyIsTheOneThatHelps() {
    assertTrue(refusal(check(new MicroBatch(1, 64, 64, 512), 1), 8).endsWith("lower group-size"));
    assertTrue(refusal(check(new MicroBatch(1, 8, 64, 64), 2000), 8).endsWith("lower max-rows"));
    assertTrue(refusal(check(new MicroBatch(1, 8, 64, 64), 1), 1).endsWith("lower model"));
  }

  @Test
  void overlapAddsWhatTurnsDoNot() {
    MicroBatch batch = new MicroBatch(2, 8, 64, 64);
    MemoryCheck turns = check(batch, 2);
    Work overlapping = new Work(batch, true, 2, 1, true, false, true);
    MemoryPlan both = MemoryPlan.of(0, turns.policy(), overlapping);
    long sampling = Math.max(turns.policy().loading(), turns.policy().decoding(2, 8, 64, 64));
    assertEquals(turns.policy().update(batch, true) + sampling, both.passing());
    assertEquals(turns.policy().state(), both.snapshot());
  }
}
