package io.grpostream.policy.sampling;

import java.io.Serializable;
import java.util.List;

/**
 * How completions are drawn. Warpers apply in this order: repetition penalty, temperature, top-k,
 * top-p, min-p (as transformers does).
 *
 * @param groupSize G, completions per prompt
 * @param maxTokens most new tokens per completion
 * @param temperature divides the logits; above 0
 * @param greedy take the most likely token instead of drawing
 * @param topK keep the k most likely tokens; 0 is off
 * @param topP keep the smallest set of likeliest tokens whose probability reaches p; 1 is off
 * @param minP keep tokens at least minP times as likely as the likeliest; 0 is off
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens already in
 *     prompt or completion; 1 is off
 * @param stopTokenIds a completion ends with the first of these; empty lets it run to maxTokens
 * @param stopStrings a completion ends when its text contains one of these
 * @param seed the run's seed
 * @param maxRows a block's groups decode together up to so many rows, and at least one group
 * @param lengthsFrom for measurements: above 0, completions end at lengths drawn evenly from
 *     [lengthsFrom, maxTokens] by seed, prompt and index, and nothing else ends them; 0 is off
 */
public record SamplingSettings(
    int groupSize,
    int maxTokens,
    double temperature,
    boolean greedy,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    List<Integer> stopTokenIds,
    List<String> stopStrings,
    long seed,
    int maxRows,
    int lengthsFrom)
    implements Serializable {
  // In the place of a token's number, which is never negative.
  private static final long LENGTH_DRAW = -1;

  public SamplingSettings {
    stopTokenIds = List.copyOf(stopTokenIds);
    stopStrings = List.copyOf(stopStrings);
  }

  /** All rows of a block at once; completions end by the stop rules and the limit. */
  public SamplingSettings(
      int groupSize,
      int maxTokens,
      double temperature,
      boolean greedy,
      int topK,
      double topP,
      double minP,
      double repetitionPenalty,
      List<Integer> stopTokenIds,
      List<String> stopStrings,
      long seed) {
    this(
        groupSize,
        maxTokens,
        temperature,
        greedy,
        topK,
        topP,
        minP,
        repetitionPenalty,
        stopTokenIds,
        stopStrings,
        seed,
        Integer.MAX_VALUE,
        0);
  }

  /** The same, but completions have lengths drawn from [shortest, maxTokens]. */
  public SamplingSettings withLengthsFrom(int shortest) {
    return new SamplingSettings(
        groupSize,
        maxTokens,
        temperature,
        greedy,
        topK,
        topP,
        minP,
        repetitionPenalty,
        List.of(),
        List.of(),
        seed,
        maxRows,
        shortest);
  }

  /** The same, with at most so many rows at a time, but at least one group. */
  public SamplingSettings withMaxRows(int rows) {
    return new SamplingSettings(
        groupSize,
        maxTokens,
        temperature,
        greedy,
        topK,
        topP,
        minP,
        repetitionPenalty,
        stopTokenIds,
        stopStrings,
        seed,
        rows,
        lengthsFrom);
  }

  /** Most tokens of completion i of prompt n. */
  int limit(long n, int i) {
    if (lengthsFrom == 0) {
      return maxTokens;
    }
    float share = CounterRandom.uniform(seed, n, i, LENGTH_DRAW);
    return lengthsFrom + (int) (share * (maxTokens - lengthsFrom + 1));
  }

  /** One greedy completion per prompt. */
  public static SamplingSettings greedy(int maxTokens, List<Integer> stopTokenIds) {
    return new SamplingSettings(
        1, maxTokens, 1.0, true, 0, 1.0, 0.0, 1.0, stopTokenIds, List.of(), 0);
  }
}
