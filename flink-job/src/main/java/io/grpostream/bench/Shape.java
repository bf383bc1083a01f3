package io.grpostream.bench;

import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import java.util.Locale;

/** Sizes of a model that can be measured with random weights. */
public enum Shape {
  /** SmolLM2-135M. */
  SMOL135M(49152, 576, 1536, 30, 9, 3, 64),
  /** About the demo's model: 855,000 parameters. */
  TINY(320, 128, 384, 4, 4, 4, 32);

  private static final double NORM_EPSILON = 1e-6;
  private static final double ROPE_THETA = 10_000;
  private static final int POSITIONS = 2048;

  private final int vocabulary;
  private final int hidden;
  private final int inner;
  private final int layers;
  private final int heads;
  private final int kvHeads;
  private final int headDim;

  Shape(int vocabulary, int hidden, int inner, int layers, int heads, int kvHeads, int headDim) {
    this.vocabulary = vocabulary;
    this.hidden = hidden;
    this.inner = inner;
    this.layers = layers;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
  }

  /** A Llama of these sizes with tied embeddings. */
  public ModelConfig config() {
    return new ModelConfig(
        Family.LLAMA,
        vocabulary,
        hidden,
        inner,
        layers,
        heads,
        kvHeads,
        headDim,
        NORM_EPSILON,
        ROPE_THETA,
        null,
        true,
        false,
        false,
        POSITIONS,
        ModelConfig.NO_TOKEN);
  }

  /** Its name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
