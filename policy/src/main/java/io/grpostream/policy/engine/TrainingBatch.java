package io.grpostream.policy.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Groups as {@code learner.py} takes them: N prompts padded to L tokens, G completions each padded
 * to Q inputs (all their tokens but the last), and flat lists of the M completion tokens that
 * count.
 *
 * @param ids [N · L + N · G · Q] input tokens, prompts first
 * @param lengths [N] the prompts' lengths
 * @param longest L
 * @param group G
 * @param rows [M] the input row that predicts each token
 * @param targets [M] the tokens
 * @param facts [6, M] behavior log-probs, reference log-probs, advantages, loss weights, entropy
 *     weights, start log-probs
 * @param completion [M] which completion each token belongs to
 * @param completions how many there are
 * @param chunks bounds of pieces of the M tokens: 0, …, M
 */
public record TrainingBatch(
    NativeTensor ids,
    NativeTensor lengths,
    int longest,
    int group,
    NativeTensor rows,
    NativeTensor targets,
    NativeTensor facts,
    NativeTensor completion,
    int completions,
    long[] chunks)
    implements AutoCloseable {
  private static final int F32_BYTES = 4;

  /** M. */
  public int tokens() {
    return (int) chunks[chunks.length - 1];
  }

  /** Positions that the batch reaches. */
  int positions() {
    int prompts = Math.toIntExact(lengths.shape()[0]);
    int own = Math.toIntExact(ids.shape()[0]) - prompts * longest;
    return longest + own / (prompts * group) + 1;
  }

  /** Fills in the second row of the facts. */
  public void setReference(float[] logprobs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(F32_BYTES * logprobs.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(logprobs);
    facts.write((long) F32_BYTES * tokens(), bytes);
  }

  @Override
  public void close() {
    NativeTensor.closeAll(ids, lengths, rows, targets, facts, completion);
  }
}
