package io.grpostream.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A size of a step that doubles from point to point while the others stay. */
public enum SweepAxis {
  /** Completions per prompt. */
  GROUP(4, 64),
  /** Tokens of a prompt. */
  PROMPT_TOKENS(32, 1024),
  /** Tokens of a completion. */
  COMPLETION_TOKENS(32, 512),
  /** Rows that decode together, each with a prompt of its own: sampling alone. */
  ROWS(1, 128);

  private final int from;
  private final int to;

  SweepAxis(int from, int to) {
    this.from = from;
    this.to = to;
  }

  private static Workload workload(int prompts, int group, int promptTokens, int tokens) {
    return new Workload(prompts, group, promptTokens, new TokenRange(tokens, tokens), 1);
  }

  /** The sizes, the smallest first. */
  List<Integer> sizes() {
    List<Integer> sizes = new ArrayList<>();
    for (int size = from; size <= to; size *= 2) {
      sizes.add(size);
    }
    return sizes;
  }

  Workload at(int size) {
    return switch (this) {
      case GROUP -> workload(2, size, 32, 32);
      case PROMPT_TOKENS -> workload(2, 8, size, 32);
      case COMPLETION_TOKENS -> workload(2, 8, 32, size);
      case ROWS -> workload(size, 1, 32, 32);
    };
  }

  /** Whether updates are part of it: a group of one has nothing to learn from. */
  boolean updates() {
    return this != ROWS;
  }

  /** Its name in the result. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
