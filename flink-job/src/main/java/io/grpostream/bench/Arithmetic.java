package io.grpostream.bench;

import io.grpostream.policy.checkpoint.ModelConfig;

/**
 * The arithmetic that a step's own definition asks for, in floating-point operations: products with
 * matrices, attention between tokens that see each other, and the head, with each prompt computed
 * once for its group. A product-sum counts as two; a backward pass is twice a forward pass.
 */
public record Arithmetic(ModelConfig model) {
  /** Sampling all completions, each of the most tokens. */
  public double sampling(Workload work) {
    double prompts = work.prompts();
    double length = work.promptTokens();
    double tokens = work.completionTokens().most();
    double rows = work.rows();
    // The last token of a completion is chosen, not read.
    double read = prompts * length + rows * (tokens - 1);
    return read * layers() + pairs(work) * pair() + rows * tokens * head();
  }

  /** All updates of a step. */
  public double updating(Workload work) {
    double tokens = work.completionTokens().most();
    double read = work.prompts() * (double) work.promptTokens() + work.rows() * (tokens - 1);
    double forward = read * layers() + pairs(work) * pair() + work.rows() * tokens * head();
    return work.mu() * 3 * forward;
  }

  /** Tokens and what they see: prompts themselves, completions their prompt and themselves. */
  private static double pairs(Workload work) {
    double length = work.promptTokens();
    double own = work.completionTokens().most() - 1;
    return work.prompts() * length * (length + 1) / 2
        + work.rows() * (own * length + own * (own + 1) / 2);
  }

  private double pair() {
    return 4.0 * model.layers() * model.heads() * model.headDim();
  }

  private double layers() {
    double heads = model.heads() + (double) model.kvHeads();
    double attention = 2 * heads * model.headDim() * model.hiddenSize();
    double gated = 3.0 * model.hiddenSize() * model.intermediateSize();
    return 2 * model.layers() * (attention + gated);
  }

  private double head() {
    return 2.0 * model.vocabSize() * model.hiddenSize();
  }
}
