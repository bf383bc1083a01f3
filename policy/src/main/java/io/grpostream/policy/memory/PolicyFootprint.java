package io.grpostream.policy.memory;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.Lora.Target;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.sampling.CacheRoom;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Bytes of native memory that a policy's parts take, by the model's sizes: what is kept, and what
 * one micro-batch or some decoding rows need. Follows {@code policy.py}, {@code passes.py} and
 * {@code learner.py} tensor by tensor; what is fp32 there has 4 bytes here, what is in products'
 * format 2 or 4.
 *
 * @param lora the adapters that are trained; none: all weights are
 * @param sampling what a sampler multiplies its matrices in
 * @param training what the learner multiplies them in
 */
public record PolicyFootprint(
    ModelConfig config, Lora lora, Precision sampling, Precision training) {
  private static final long F32 = 4;
  private static final long BF16 = 2;

  /** Logits of one piece of the head's pass, as the trainer cuts them. */
  private static final long HEAD_PIECE = 1L << 23;

  /** Logits whose rounded gradients the trainer keeps in bf16; {@code room} in learner.py. */
  private static final long ROUNDED_PIECE = 64_000_000;

  /** A head of more tokens is repacked; {@code packed_head} in learner.py. */
  private static final int REPACKED_ABOVE = 8192;

  /** Tensors [rows, vocabulary] that choosing a token has at a time. */
  private static final int CHOICE_TENSORS = 4;

  private static long width(Precision precision) {
    return precision == Precision.BF16 ? BF16 : F32;
  }

  private static long count(Collection<List<Long>> shapes) {
    return shapes.stream().mapToLong(s -> s.stream().reduce(1L, Math::multiplyExact)).sum();
  }

  private long parameters() {
    return count(config.expectedTensors().values());
  }

  private long trained() {
    return lora.adapts() ? count(lora.expectedTensors(config).values()) : parameters();
  }

  private long embedding() {
    return (long) config.vocabSize() * config.hiddenSize();
  }

  /** Embedding, and the head if it is not the same. */
  private long outer() {
    return config.tiedEmbeddings() ? embedding() : 2 * embedding();
  }

  private long queries() {
    return (long) config.heads() * config.headDim();
  }

  private long keys() {
    return (long) config.kvHeads() * config.headDim();
  }

  private long layerMatrices() {
    long attention = config.hiddenSize() * (2 * queries() + 2 * keys());
    return config.layers() * (attention + 3L * config.hiddenSize() * config.intermediateSize());
  }

  /** Master weights, both moments of what is trained, and a frozen base. */
  public long state() {
    return F32 * (3 * trained() + (lora.adapts() ? parameters() : 0));
  }

  /** What a snapshot in flight can make the optimizer copy. */
  public long snapshotCopies() {
    return F32 * 3 * trained();
  }

  /** A reference policy of its own; adapters have their base. */
  public long reference() {
    return lora.adapts() ? 0 : F32 * parameters();
  }

  /** One sampler's packed weights; the head is packed apart even if it is the embedding. */
  public long packed() {
    long vectors = parameters() - outer() - layerMatrices();
    return F32 * (2 * embedding() + vectors) + width(sampling) * layerMatrices();
  }

  /** What loading a version needs beside the weights in use: the next ones, and merged matrices. */
  public long loading() {
    return packed() + (lora.adapts() ? F32 * layerMatrices() : 0);
  }

  /**
   * What an update needs beside the state, at its most.
   *
   * @param several whether a minibatch has further micro-batches, whose gradients are added up
   */
  public long update(MicroBatch batch, boolean several) {
    boolean whole = !lora.adapts();
    long layers = whole ? trained() - outer() : trained();
    long cast = training == Precision.BF16 ? BF16 * layerMatrices() : 0;
    long outerGradients = whole ? F32 * outer() : 0;
    long sums = several ? F32 * layers : 0;
    long atBackward = activations(batch) + Math.max(head(batch), layerBackward(batch));
    return cast + outerGradients + sums + Math.max(atBackward, F32 * layers);
  }

  /** What the forward pass keeps for the backward pass: {@code Trace} of every layer. */
  long activations(MicroBatch batch) {
    // Before and after attention.
    long residual = 2L * config.hiddenSize();
    // Query, key and value before positions, then attention's own query and result, and that result
    // by rows.
    long attention = queries() + 2 * keys() + 3 * queries();
    boolean normed = config.qkNorm() && !lora.adapts();
    long scaled = normed ? queries() + keys() : 0;
    // Gate, up, and what is made of both.
    long gated = 3L * config.intermediateSize();
    boolean added = !Collections.disjoint(lora.targets(), Set.of(Target.GATE_PROJ, Target.UP_PROJ));
    long perRow = F32 * (residual + attention + scaled) + (added ? F32 : width(training)) * gated;
    boolean shared = config.heads() > config.kvHeads();
    long keysAndValues =
        F32 * 2 * (batch.promptKeys() * (shared ? queries() : keys()))
            + F32 * 2 * batch.completionKeys() * keys();
    return config.layers() * (batch.rows() * perRow + keysAndValues);
  }

  /**
   * A piece of logits and their exponentials, and the head repacked; in bf16 also the head, its
   * gradient, and the rounded gradients of many tokens' logits.
   */
  private long head(MicroBatch batch) {
    long logits = logits(batch, HEAD_PIECE);
    long rounded = training == Precision.BF16 ? 2 * embedding() + logits(batch, ROUNDED_PIECE) : 0;
    long packed = config.vocabSize() > REPACKED_ABOVE ? embedding() : 0;
    long states = 4 * batch.tokens() * config.hiddenSize();
    return F32 * (2 * logits + states + packed) + BF16 * rounded;
  }

  /** At most so many, but whole completions. */
  private long logits(MicroBatch batch, long most) {
    long tokens = Math.max(most / config.vocabSize(), batch.completionTokens());
    return Math.min(tokens, batch.tokens()) * config.vocabSize();
  }

  /** Gradients of one layer's activations. */
  private long layerBackward(MicroBatch batch) {
    return F32 * batch.rows() * (5L * config.intermediateSize() + 4L * config.hiddenSize());
  }

  /**
   * What decoding needs beside the packed weights, at its most: keys and values, in every room that
   * they have had, since a smaller one's memory is too small for the next; and the choice of
   * tokens.
   *
   * @param prompts that decode together
   * @param group rows per prompt
   */
  public long decoding(int prompts, int group, int promptTokens, int completionTokens) {
    long rows = (long) prompts * group;
    long position = F32 * 2 * config.layers() * keys();
    int room = CacheRoom.first(completionTokens);
    long rooms = room;
    while (room < completionTokens) {
      room = CacheRoom.next(room, completionTokens);
      rooms += room;
    }
    return position * ((long) prompts * promptTokens + rows * rooms)
        + F32 * CHOICE_TENSORS * rows * config.vocabSize();
  }
}
