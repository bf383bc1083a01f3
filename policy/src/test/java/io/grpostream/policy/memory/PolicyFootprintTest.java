package io.grpostream.policy.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import io.grpostream.policy.engine.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A model small enough to add up by hand: 10 tokens, hidden 4, inner 6, two layers, two query heads
 * of two numbers that share one key/value head. Embedding 40 numbers; each layer's matrices 4 · (4
 * + 2 + 2) + 4 · 4 + 3 · 4 · 6 = 120; norms 5 · 4 = 20; 300 in all.
 */
final class PolicyFootprintTest {
  private static final ModelConfig MODEL =
      new ModelConfig(
          Family.LLAMA, 10, 4, 6, 2, 2, 1, 2, 1e-6, 1e4, null, true, false, false, 64, -1);

  private static final PolicyFootprint FP32 =
      new PolicyFootprint(MODEL, Lora.NONE, Precision.FP32, Precision.FP32);
  private static final PolicyFootprint BF16 =
      new PolicyFootprint(MODEL, Lora.NONE, Precision.BF16, Precision.BF16);

  /** A [1, 4] and B [4, 1] beside the query, A [1, 4] and B [2, 1] beside the value: 14 a layer. */
  private static final PolicyFootprint ADAPTERS =
      new PolicyFootprint(
          MODEL,
          Lora.of(1, 1, List.of(Lora.Target.Q_PROJ, Lora.Target.V_PROJ)),
          Precision.FP32,
          Precision.FP32);

  /** 3 prompt rows, 2 completion rows; keys are padded to 16: the completions' to 16 + 16 each. */
  private static final MicroBatch BATCH = new MicroBatch(1, 2, 3, 2);

  @Test
  void stateIsWeightsAndTwoMoments() {
    assertEquals(4 * 3 * 300, FP32.state());
    assertEquals(4 * 3 * 300, BF16.state());
    assertEquals(4 * (300 + 3 * 28), ADAPTERS.state());
    assertEquals(4 * 3 * 28, ADAPTERS.snapshotCopies());
  }

  @Test
  void samplersHaveTheHeadApartAndMatricesInTheirFormat() {
    assertEquals(4 * (2 * 40 + 20 + 240), FP32.packed());
    assertEquals(4 * (2 * 40 + 20) + 2 * 240, BF16.packed());
    assertEquals(ADAPTERS.packed() + 4 * 240, ADAPTERS.loading());
  }

  @Test
  void activationsAreWhatTheBackwardPassReads() {
    // Per row: before and after attention 2 · 4, query, keys and values 4 + 2 + 2, attention's
    // query
    // and results 3 · 4, gated 3 · 6; then the prompts' keys and values per query head, and those
    // that completions see.
    long perRow = 4 * (8 + 8 + 12 + 18);
    long keys = 4 * 2 * 16 * 4 + 4 * 2 * 64 * 2;
    assertEquals(2 * (5 * perRow + keys), FP32.activations(BATCH));
    assertEquals(2 * (5 * (perRow - 2 * 18) + keys), BF16.activations(BATCH));
    assertEquals(FP32.activations(BATCH), ADAPTERS.activations(BATCH));
  }

  @Test
  void anUpdateNeedsActivationsOrGradients() {
    long backward = 4 * 5 * (5 * 6 + 4 * 4);
    assertEquals(4 * 40 + FP32.activations(BATCH) + backward, FP32.update(BATCH, false));
    assertEquals(4 * 260 + FP32.update(BATCH, false), FP32.update(BATCH, true));
    assertEquals(ADAPTERS.activations(BATCH) + backward, ADAPTERS.update(BATCH, false));
    assertEquals(2 * 240 + 4 * 40 + BF16.activations(BATCH) + backward, BF16.update(BATCH, false));
  }

  @Test
  void decodingNeedsRoomForKeysAndValues() {
    int position = 4 * 2 * 2 * 2;
    assertEquals(position * (3 + 2 * 2) + 4 * 4 * 2 * 10, FP32.decoding(1, 2, 3, 2));
    // Room for 64 tokens, then 128, then 200.
    assertEquals(position * (3 + 2 * 392) + 4 * 4 * 2 * 10, FP32.decoding(1, 2, 3, 200));
  }

  @Test
  void microBatchesAreWholeGroupsWithinTheBudget() {
    assertEquals(new MicroBatch(4, 8, 64, 64), MicroBatch.within(8192, 4, 8, 64, 64));
    assertEquals(new MicroBatch(14, 8, 64, 64), MicroBatch.within(8192, 32, 8, 64, 64));
    assertEquals(new MicroBatch(1, 8, 64, 64), MicroBatch.within(100, 32, 8, 64, 64));
  }
}
