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
    long seed)
    implements Serializable {
  public SamplingSettings {
    stopTokenIds = List.copyOf(stopTokenIds);
    stopStrings = List.copyOf(stopStrings);
  }

  /** One greedy completion per prompt. */
  public static SamplingSettings greedy(int maxTokens, List<Integer> stopTokenIds) {
    return new SamplingSettings(
        1, maxTokens, 1.0, true, 0, 1.0, 0.0, 1.0, stopTokenIds, List.of(), 0);
  }
}
