package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A real model, SmolLM2-135M-Instruct where {@code -Dsmollm2.dir} says it lies, against what
 * transformers computes on it; and how far bf16 is from fp32 there.
 */
@EnabledIfSystemProperty(named = "smollm2.dir", matches = ".+")
class SmolLm2GoldenTest {
  private static final int THREADS = 2;

  private static Checkpoint open() throws IOException {
    return Checkpoint.open(Golden.folder("smollm2.dir"));
  }

  @Test
  void logitsAndLogprobsAgreeWithTransformers() throws IOException {
    try (Checkpoint model = open();
        SequenceLogits scorer = new SequenceLogits(model.config(), model.weights(), THREADS)) {
      for (JsonNode text : Golden.json("smollm2.json")) {
        int[] ids = Golden.ints(text.get("input_ids"));
        float[] last = scorer.logits(ids)[ids.length - 1];
        int[] top = Golden.ints(text.get("top_ids"));
        for (int i = 0; i < top.length; i++) {
          assertEquals(text.get("top_logits").get(i).asDouble(), last[top[i]], 2e-3);
        }
        double mean = Arrays.stream(scorer.logprobs(ids, 1, 1)).average().orElseThrow();
        assertEquals(text.get("mean_logprob").asDouble(), mean, 1e-4);
      }
    }
  }

  /** The peer chose no end token, so that every text has as many tokens. */
  @Test
  void greedyTokensAgreeWithTransformers() throws IOException, StoppedException {
    try (Checkpoint model = open();
        TorchSampler sampler =
            new TorchSampler(model.config(), ids -> "", THREADS, model.eosTokenIds())) {
      sampler.load(model.weights());
      for (JsonNode text : Golden.json("smollm2.json")) {
        int[] expected = Golden.ints(text.get("greedy_ids"));
        PromptTokens prompt = new PromptTokens(0, Golden.ints(text.get("input_ids")));
        List<List<Completion>> sampled =
            sampler.sample(
                List.of(prompt),
                SamplingSettings.greedy(expected.length, List.of()),
                StopSignal.NEVER);
        assertArrayEquals(expected, sampled.get(0).get(0).ids());
      }
    }
  }

  /** The sampler's log-probs with bf16 weights against fp32 ones of the same tokens. */
  @Test
  void bf16IsNearFp32() throws IOException, StoppedException {
    SamplingSettings settings =
        new SamplingSettings(4, 32, 1, false, 0, 1, 0, 1, List.of(), List.of(), 3);
    double difference = 0;
    int tokens = 0;
    try (Checkpoint model = open();
        SequenceLogits scorer = new SequenceLogits(model.config(), model.weights(), THREADS);
        TorchSampler sampler =
            new TorchSampler(model.config(), ids -> "", new Compute(THREADS, Precision.BF16))) {
      sampler.load(model.weights());
      for (JsonNode text : Golden.json("smollm2.json")) {
        int[] prompt = Golden.ints(text.get("input_ids"));
        PromptTokens only = new PromptTokens(tokens, prompt);
        for (Completion each : sampler.sample(List.of(only), settings, StopSignal.NEVER).get(0)) {
          int[] whole = IntStream.concat(IntStream.of(prompt), IntStream.of(each.ids())).toArray();
          double[] fp32 = scorer.logprobs(whole, prompt.length, 1);
          for (int t = 0; t < fp32.length; t++) {
            difference += Math.abs(fp32[t] - each.logprobs()[t]);
          }
          tokens += fp32.length;
        }
      }
    }
    double mean = difference / tokens;
    assertTrue(mean > 1e-4 && mean <= 0.02, "mean |Δ log-prob| " + mean);
  }
}
