package io.grpostream.policy.sampling;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.ModelProgram;
import io.grpostream.policy.engine.ModelProgram.Choice;
import io.grpostream.policy.engine.NativeTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes one closed block: every prompt is read once, its G completions share its keys and values,
 * and rows advance together, one native call for the model and one for the choice per token. What
 * of the block decodes at a time is whole groups, as many as settings allow.
 */
record BlockDecoder(
    ModelProgram program,
    NativeTensor[] weights,
    ModelConfig config,
    TextDecoder decoder,
    List<Integer> never) {

  List<List<Completion>> decode(
      List<PromptTokens> block, SamplingSettings settings, StopSignal stop)
      throws StoppedException {
    int groups = Math.max(1, settings.maxRows() / settings.groupSize());
    List<List<Completion>> completions = new ArrayList<>(block.size());
    for (int from = 0; from < block.size(); from += groups) {
      int to = Math.min(from + groups, block.size());
      completions.addAll(together(block.subList(from, to), settings, stop));
    }
    return List.copyOf(completions);
  }

  private List<List<Completion>> together(
      List<PromptTokens> prompts, SamplingSettings settings, StopSignal stop)
      throws StoppedException {
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n < prompts.size(); n++) {
      PromptTokens prompt = prompts.get(n);
      for (int i = 0; i < settings.groupSize(); i++) {
        rows.add(new Row(prompt, n, i, settings.limit(prompt.number(), i)));
      }
    }
    stop.check();
    NativeTensor[] read = prefill(prompts, settings.groupSize(), DecodingRows.firstRoom(rows));
    NativeTensor[] cache = Arrays.copyOfRange(read, 1, read.length);
    try (NativeTensor forbidden = forbidden();
        DecodingRows decoding =
            new DecodingRows(program, rows, settings.groupSize(), cache, seen(rows, settings))) {
      run(decoding, read[0], new Choosing(settings, forbidden), stop);
    }
    return groups(rows, settings.groupSize());
  }

  private NativeTensor[] prefill(List<PromptTokens> prompts, int group, int room) {
    int longest = prompts.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0);
    long[] lengths = prompts.stream().mapToLong(prompt -> prompt.ids().length).toArray();
    try (NativeTensor ids = padded(prompts, longest);
        NativeTensor each = NativeTensor.of(lengths, lengths.length)) {
      return program.prefill(weights, ids, each, longest, group, room);
    }
  }

  /** How tokens are chosen, the same from step to step. */
  private record Choosing(SamplingSettings settings, NativeTensor forbidden) {}

  private void run(DecodingRows decoding, NativeTensor first, Choosing choosing, StopSignal stop)
      throws StoppedException {
    StopRules rules = new StopRules(choosing.settings(), decoder);
    NativeTensor logits = first;
    try {
      for (int t = 0; ; t++) {
        advance(decoding, logits, choosing, rules, t);
        if (decoding.rows().stream().allMatch(Row::ended)) {
          return;
        }
        stop.check();
        decoding.settle(t);
        logits.close();
        try (NativeTensor tokens = lastTokens(decoding.rows())) {
          logits = program.decode(weights, decoding.cache(), tokens, decoding.places(), t);
        }
      }
    } finally {
      logits.close();
    }
  }

  /** Gives every row its token t. */
  private void advance(
      DecodingRows decoding, NativeTensor logits, Choosing choosing, StopRules rules, int t) {
    SamplingSettings settings = choosing.settings();
    Choice choice =
        new Choice(
            settings.temperature(),
            settings.greedy(),
            settings.topK(),
            settings.topP(),
            settings.minP(),
            settings.repetitionPenalty());
    List<Row> rows = decoding.rows();
    NativeTensor[] chosen;
    try (NativeTensor uniforms = uniforms(rows, settings.seed(), t)) {
      chosen = program.choose(logits, uniforms, choice, decoding.seen(), choosing.forbidden());
    }
    try {
      long[] tokens = chosen[0].longs();
      float[] logprobs = chosen[1].floats();
      for (int row = 0; row < tokens.length; row++) {
        rows.get(row).add((int) tokens[row], logprobs[row], rules);
      }
    } finally {
      NativeTensor.closeAll(chosen);
    }
  }

  private static NativeTensor lastTokens(List<Row> rows) {
    long[] tokens = rows.stream().mapToLong(Row::lastId).toArray();
    return NativeTensor.of(tokens, tokens.length);
  }

  private static NativeTensor uniforms(List<Row> rows, long seed, int t) {
    float[] uniforms = new float[rows.size()];
    for (int i = 0; i < uniforms.length; i++) {
      Row row = rows.get(i);
      uniforms[i] = CounterRandom.uniform(seed, row.prompt().number(), row.index(), t);
    }
    return NativeTensor.of(uniforms, uniforms.length, 1);
  }

  private static NativeTensor padded(List<PromptTokens> block, int longest) {
    long[] ids = new long[block.size() * longest];
    for (int n = 0; n < block.size(); n++) {
      int[] prompt = block.get(n).ids();
      for (int t = 0; t < prompt.length; t++) {
        ids[n * longest + t] = prompt[t];
      }
    }
    return NativeTensor.of(ids, block.size(), longest);
  }

  private NativeTensor forbidden() {
    long[] ids = never.stream().mapToLong(Integer::longValue).toArray();
    return NativeTensor.of(ids, ids.length);
  }

  /** For the repetition penalty: [rows, vocabulary], true for the prompt's tokens. */
  private NativeTensor seen(List<Row> rows, SamplingSettings settings) {
    if (settings.repetitionPenalty() == 1.0) {
      return NativeTensor.of(new boolean[0], 0);
    }
    boolean[] seen = new boolean[rows.size() * config.vocabSize()];
    for (int row = 0; row < rows.size(); row++) {
      for (int id : rows.get(row).prompt().ids()) {
        seen[row * config.vocabSize() + id] = true;
      }
    }
    return NativeTensor.of(seen, rows.size(), config.vocabSize());
  }

  private List<List<Completion>> groups(List<Row> rows, int groupSize) {
    List<List<Completion>> groups = new ArrayList<>();
    for (int first = 0; first < rows.size(); first += groupSize) {
      groups.add(
          rows.subList(first, first + groupSize).stream()
              .map(row -> row.completion(decoder))
              .toList());
    }
    return groups;
  }
}
