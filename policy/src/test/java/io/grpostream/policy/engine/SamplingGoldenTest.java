package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpostream.policy.Golden;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.ModelProgram.Choice;
import io.grpostream.policy.sampling.CounterRandom;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Warpers and draws against the distributions that transformers makes of the same logits. */
class SamplingGoldenTest {
  private static final int DRAWS = 200_000;
  private static final int ROWS = 20_000;

  private static JsonNode golden;
  private static ModelProgram program;

  @BeforeAll
  static void open() throws IOException {
    Torch.enter(1);
    golden = new ObjectMapper().readTree(Golden.dir().resolve("sampling.json").toFile());
    program = new ModelProgram(ModelConfig.read(Golden.dir().resolve("llama")), false);
  }

  @AfterAll
  static void close() {
    program.close();
  }

  static Stream<JsonNode> cases() throws IOException {
    JsonNode file = new ObjectMapper().readTree(Golden.dir().resolve("sampling.json").toFile());
    return StreamSupport.stream(file.get("cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void warpersKeepWhatTransformersKeeps(JsonNode expected) {
    float[] actual;
    try (NativeTensor logits = logits(1);
        NativeTensor seen = seen(1);
        NativeTensor distribution =
            program.distribution(logits, choice(expected.get("settings")), seen)) {
      actual = distribution.floats();
    }
    double[] probabilities = probabilities(expected);
    for (int token = 0; token < actual.length; token++) {
      assertEquals(probabilities[token] > 0, actual[token] > 0, "kept: " + token);
      assertEquals(probabilities[token], actual[token], 1e-5, "probability of " + token);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsFollowTheDistribution(JsonNode expected) {
    double[] probabilities = probabilities(expected);
    double[] logprobs = logprobs(expected.get("settings").path("temperature").asDouble(1));
    int[] counts = new int[probabilities.length];
    for (int first = 0; first < DRAWS; first += ROWS) {
      draw(expected.get("settings"), first, counts, logprobs);
    }
    double variation = 0;
    for (int token = 0; token < counts.length; token++) {
      double share = counts[token] / (double) DRAWS;
      variation += Math.abs(share - probabilities[token]) / 2;
      assertTrue(counts[token] == 0 || probabilities[token] > 0, "drawn though not kept: " + token);
    }
    assertTrue(variation <= 0.01, "total variation " + variation);
  }

  /** Counts draws, and checks that log-probs are those of the untruncated distribution. */
  private static void draw(JsonNode settings, int first, int[] counts, double[] logprobs) {
    float[] uniforms = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      uniforms[row] = CounterRandom.uniform(7, first + row, 0, 0);
    }
    try (NativeTensor logits = logits(ROWS);
        NativeTensor seen = seen(ROWS);
        NativeTensor u = NativeTensor.of(uniforms, ROWS, 1);
        NativeTensor never = NativeTensor.of(new long[0], 0)) {
      NativeTensor[] chosen = program.choose(logits, u, choice(settings), seen, never);
      long[] tokens = chosen[0].longs();
      float[] reported = chosen[1].floats();
      NativeTensor.closeAll(chosen);
      for (int row = 0; row < ROWS; row++) {
        counts[(int) tokens[row]]++;
        assertEquals(logprobs[(int) tokens[row]], reported[row], 1e-5);
      }
    }
  }

  private static double[] probabilities(JsonNode expected) {
    double[] probabilities = new double[expected.get("probabilities").size()];
    Arrays.setAll(probabilities, token -> expected.get("probabilities").get(token).asDouble());
    return probabilities;
  }

  private static double[] logprobs(double temperature) {
    double[] scaled = new double[golden.get("logits").size()];
    Arrays.setAll(scaled, i -> golden.get("logits").get(i).asDouble() / temperature);
    double total = Math.log(Arrays.stream(scaled).map(Math::exp).sum());
    return Arrays.stream(scaled).map(logit -> logit - total).toArray();
  }

  private static Choice choice(JsonNode settings) {
    return new Choice(
        settings.path("temperature").asDouble(1),
        false,
        settings.path("top_k").asInt(0),
        settings.path("top_p").asDouble(1),
        settings.path("min_p").asDouble(0),
        settings.path("repetition_penalty").asDouble(1));
  }

  private static NativeTensor logits(int rows) {
    int vocabulary = golden.get("logits").size();
    float[] logits = new float[rows * vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      logits[token] = (float) golden.get("logits").get(token).asDouble();
    }
    for (int row = 1; row < rows; row++) {
      System.arraycopy(logits, 0, logits, row * vocabulary, vocabulary);
    }
    return NativeTensor.of(logits, rows, vocabulary);
  }

  private static NativeTensor seen(int rows) {
    int vocabulary = golden.get("logits").size();
    boolean[] seen = new boolean[rows * vocabulary];
    for (JsonNode token : golden.get("history")) {
      for (int row = 0; row < rows; row++) {
        seen[row * vocabulary + token.asInt()] = true;
      }
    }
    return NativeTensor.of(seen, rows, vocabulary);
  }
}
