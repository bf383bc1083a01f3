package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture against what transformers computes for the same small checkpoint. */
class ModelGoldenTest {
  private static final double LOGIT_TOLERANCE = 2e-4;

  @ParameterizedTest
  @MethodSource("io.grpostream.policy.Golden#models")
  void logitsAgreeWithTransformers(Path folder) throws IOException {
    try (Checkpoint model = Checkpoint.open(folder);
        GoldenTensors expected = GoldenTensors.open(folder.resolve("logits.safetensors"));
        SequenceLogits scorer = new SequenceLogits(model.config(), model.weights(), 1)) {
      int texts = 0;
      for (; expected.file().tensors().containsKey("logits." + texts); texts++) {
        float[][] logits = scorer.logits(expected.ints("input_ids." + texts));
        float[] peers = expected.floats("logits." + texts);
        int vocabulary = logits[0].length;
        assertEquals(peers.length, logits.length * vocabulary);
        for (int i = 0; i < peers.length; i++) {
          assertEquals(
              peers[i],
              logits[i / vocabulary][i % vocabulary],
              LOGIT_TOLERANCE,
              "text " + texts + ", position " + i / vocabulary);
        }
      }
      assertTrue(texts > 0, "no logits");
    }
  }

  /** All texts decode in one block: through the cache and with padding. */
  @ParameterizedTest
  @MethodSource("io.grpostream.policy.Golden#models")
  void greedyContinuationsAgreeWithTransformers(Path folder) throws IOException, StoppedException {
    JsonNode texts = new ObjectMapper().readTree(folder.resolve("greedy.json").toFile());
    List<PromptTokens> block = new ArrayList<>();
    for (JsonNode text : texts) {
      block.add(new PromptTokens(block.size(), Golden.ints(text.get("input_ids"))));
    }
    int longest =
        StreamSupport.stream(texts.spliterator(), false)
            .mapToInt(text -> text.get("continuation").size())
            .max()
            .orElseThrow();
    try (Checkpoint model = Checkpoint.open(folder);
        TorchSampler sampler = new TorchSampler(model.config(), ids -> "", 1)) {
      sampler.load(model.weights());
      List<List<Completion>> sampled =
          sampler.sample(block, SamplingSettings.greedy(longest, List.of()), StopSignal.NEVER);
      for (int text = 0; text < texts.size(); text++) {
        int[] expected = Golden.ints(texts.get(text).get("continuation"));
        int[] ours = Arrays.copyOf(sampled.get(text).get(0).ids(), expected.length);
        assertArrayEquals(expected, ours, "text " + text);
      }
    }
  }
}
