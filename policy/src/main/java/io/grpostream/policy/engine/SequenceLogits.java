package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scores whole texts with one set of weights: logits after every token, log-probabilities of given
 * tokens. Used by one thread, the one that made it.
 */
public final class SequenceLogits implements AutoCloseable {
  private final ModelConfig config;
  private final ModelProgram program;
  private final @Nullable AdaptedBase base;
  private final NativeTensor[] own;
  private final NativeTensor[] weights;

  /**
   * Reads the weights (any float format; computes in fp32).
   *
   * @param threads OpenMP threads of the calling thread
   */
  public SequenceLogits(ModelConfig config, TensorSource source, int threads) throws IOException {
    Torch.enter(threads);
    this.config = config;
    this.base = null;
    this.own = WeightReader.read(WeightLayout.of(config), source, "");
    this.weights = own;
    this.program = new ModelProgram(config, false);
  }

  /**
   * Reads adapters to compute with beside their base, unmerged.
   *
   * @param base closed with this
   * @param adapters by PEFT name, any float dtype; may be closed after
   * @param threads OpenMP threads of the calling thread
   */
  public SequenceLogits(AdaptedBase base, TensorSource adapters, int threads) throws IOException {
    Torch.enter(threads);
    this.config = base.config();
    this.base = base;
    this.own = WeightReader.read(base.layout(), adapters, "");
    this.weights = new PolicyWeights(base.weights().slots(), own).all();
    this.program = new ModelProgram(config, base.lora(), false);
  }

  /**
   * Logits after every token.
   *
   * @param ids T token ids, at least one
   * @return [T][vocabulary]: row t predicts token t + 1
   */
  public float[][] logits(int[] ids) {
    float[] flat;
    try (NativeTensor logits = program.logits(weights, ids)) {
      flat = logits.floats();
    }
    float[][] rows = new float[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      rows[t] = Arrays.copyOfRange(flat, t * config.vocabSize(), (t + 1) * config.vocabSize());
    }
    return rows;
  }

  /**
   * Logits after the final token alone, without the memory that those after every token take.
   *
   * @param ids T token ids, at least one
   * @return [vocabulary]
   */
  public float[] last(int[] ids) {
    NativeTensor[] read;
    try (NativeTensor tokens = NativeTensor.of(ModelProgram.widen(ids), 1, ids.length);
        NativeTensor lengths = NativeTensor.of(new long[] {ids.length}, 1)) {
      read = program.prefill(weights, tokens, lengths, ids.length, 1, 0);
    }
    try {
      return read[0].floats();
    } finally {
      NativeTensor.closeAll(read);
    }
  }

  /**
   * Log-probabilities (nats) of {@code ids[from]} and what follows, each given what precedes it,
   * under softmax(logits / temperature).
   *
   * @param from at least 1
   */
  public double[] logprobs(int[] ids, int from, double temperature) {
    float[][] logits = logits(ids);
    double[] logprobs = new double[ids.length - from];
    for (int t = from; t < ids.length; t++) {
      logprobs[t - from] = logprob(logits[t - 1], ids[t], temperature);
    }
    return logprobs;
  }

  private static double logprob(float[] logits, int token, double temperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit / temperature);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit / temperature - max);
    }
    return logits[token] / temperature - max - Math.log(sum);
  }

  @Override
  public void close() {
    program.close();
    NativeTensor.closeAll(own);
    if (base != null) {
      base.close();
    }
  }
}
