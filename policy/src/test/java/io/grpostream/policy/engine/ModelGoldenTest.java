package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.GoldenTensors;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every architecture against what transformers computes for the same small checkpoint. */
class ModelGoldenTest {
  private static final double LOGIT_TOLERANCE = 2e-4;
  private static final int GREEDY_TOKENS = 24;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-rope", "mistral", "qwen2", "qwen3"})
  void logitsAgreeWithTransformers(String model) throws IOException {
    Path folder = Golden.dir().resolve(model);
    try (TensorSource weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        GoldenTensors expected = GoldenTensors.open(folder.resolve("logits.safetensors"));
        SequenceLogits scorer = new SequenceLogits(ModelConfig.read(folder), weights, 1)) {
      for (int text = 0; text < 2; text++) {
        float[][] logits = scorer.logits(expected.ints("input_ids." + text));
        float[] peers = expected.floats("logits." + text);
        int vocabulary = logits[0].length;
        assertEquals(peers.length, logits.length * vocabulary);
        for (int i = 0; i < peers.length; i++) {
          assertEquals(
              peers[i],
              logits[i / vocabulary][i % vocabulary],
              LOGIT_TOLERANCE,
              model + ", text " + text + ", position " + i / vocabulary);
        }
      }
    }
  }

  /** Both texts, of 9 and 40 tokens, decode in one block: through the cache and with padding. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama3-rope", "mistral", "qwen2", "qwen3"})
  void greedyContinuationsAgreeWithTransformers(String model) throws IOException, StoppedException {
    Path folder = Golden.dir().resolve(model);
    JsonNode texts = new ObjectMapper().readTree(folder.resolve("greedy.json").toFile());
    List<PromptTokens> block = new ArrayList<>();
    for (JsonNode text : texts) {
      block.add(new PromptTokens(block.size(), ints(text.get("input_ids"))));
    }
    try (TensorSource weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        TorchSampler sampler = new TorchSampler(ModelConfig.read(folder), ids -> "", 1)) {
      sampler.load(weights);
      List<List<Completion>> sampled =
          sampler.sample(
              block, SamplingSettings.greedy(GREEDY_TOKENS, List.of()), StopSignal.NEVER);
      for (int text = 0; text < texts.size(); text++) {
        assertArrayEquals(
            ints(texts.get(text).get("continuation")), sampled.get(text).get(0).ids(), model);
      }
    }
  }

  private static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = array.get(i).asInt();
    }
    return ints;
  }
}
