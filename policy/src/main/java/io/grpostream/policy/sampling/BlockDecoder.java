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
import java.util.function.Function;

/**
 * Decodes one closed block: every prompt is read once, its G completions share its keys and values,
 * and all rows advance together, one native call for the model and one for the choice per token.
 * Rows that have ended keep their place (their tokens are ignored) until the last one ends.
 */
record BlockDecoder(
    ModelProgram program,
    NativeTensor[] weights,
    ModelConfig config,
    Function<int[], String> decoder,
    List<Integer> never) {

  List<List<Completion>> decode(
      List<PromptTokens> block, SamplingSettings settings, StopSignal stop)
      throws StoppedException {
    Row[] rows = new Row[block.size() * settings.groupSize()];
    Arrays.setAll(rows, row -> row(block, settings, row));
    int longest = block.stream().mapToInt(prompt -> prompt.ids().length).max().orElse(0);
    stop.check();
    try (NativeTensor ids = padded(block, longest);
        NativeTensor lengths = lengths(block);
        NativeTensor seen = seen(block, settings);
        NativeTensor forbidden = forbidden()) {
      NativeTensor[] read =
          program.prefill(
              weights, ids, lengths, longest, settings.groupSize(), settings.maxTokens());
      NativeTensor[] cache = Arrays.copyOfRange(read, 1, read.length);
      try {
        run(new Steps(block, settings, rows, cache, lengths, seen, forbidden), read[0], stop);
      } finally {
        NativeTensor.closeAll(cache);
      }
    }
    return groups(rows, block.size(), settings.groupSize());
  }

  private static Row row(List<PromptTokens> block, SamplingSettings settings, int row) {
    int i = row % settings.groupSize();
    return new Row(settings.limit(block.get(row / settings.groupSize()).number(), i));
  }

  /** What stays the same from step to step. */
  private record Steps(
      List<PromptTokens> block,
      SamplingSettings settings,
      Row[] rows,
      NativeTensor[] cache,
      NativeTensor lengths,
      NativeTensor seen,
      NativeTensor forbidden) {}

  private void run(Steps steps, NativeTensor first, StopSignal stop) throws StoppedException {
    StopRules rules = new StopRules(steps.settings(), decoder);
    NativeTensor logits = first;
    try {
      for (int t = 0; ; t++) {
        NativeTensor[] chosen = choose(steps, logits, t);
        try {
          if (!advance(steps.rows(), chosen, rules)) {
            return;
          }
          stop.check();
          logits.close();
          logits = program.decode(weights, steps.cache(), chosen[0], steps.lengths(), t);
        } finally {
          NativeTensor.closeAll(chosen);
        }
      }
    } finally {
      logits.close();
    }
  }

  private NativeTensor[] choose(Steps steps, NativeTensor logits, int t) {
    SamplingSettings settings = steps.settings();
    Choice choice =
        new Choice(
            settings.temperature(),
            settings.greedy(),
            settings.topK(),
            settings.topP(),
            settings.minP(),
            settings.repetitionPenalty());
    try (NativeTensor uniforms = uniforms(steps.block(), settings, t)) {
      return program.choose(logits, uniforms, choice, steps.seen(), steps.forbidden());
    }
  }

  /** Gives every row its token; returns whether any row goes on. */
  private static boolean advance(Row[] rows, NativeTensor[] chosen, StopRules rules) {
    long[] tokens = chosen[0].longs();
    float[] logprobs = chosen[1].floats();
    boolean goesOn = false;
    for (int row = 0; row < rows.length; row++) {
      goesOn |= rows[row].add((int) tokens[row], logprobs[row], rules);
    }
    return goesOn;
  }

  private static NativeTensor uniforms(List<PromptTokens> block, SamplingSettings settings, int t) {
    int group = settings.groupSize();
    float[] uniforms = new float[block.size() * group];
    for (int row = 0; row < uniforms.length; row++) {
      uniforms[row] =
          CounterRandom.uniform(settings.seed(), block.get(row / group).number(), row % group, t);
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

  private static NativeTensor lengths(List<PromptTokens> block) {
    long[] lengths = block.stream().mapToLong(prompt -> prompt.ids().length).toArray();
    return NativeTensor.of(lengths, lengths.length);
  }

  private NativeTensor forbidden() {
    long[] ids = never.stream().mapToLong(Integer::longValue).toArray();
    return NativeTensor.of(ids, ids.length);
  }

  /** For the repetition penalty: [rows, vocabulary], true for the prompt's tokens. */
  private NativeTensor seen(List<PromptTokens> block, SamplingSettings settings) {
    if (settings.repetitionPenalty() == 1.0) {
      return NativeTensor.of(new boolean[0], 0);
    }
    int rows = block.size() * settings.groupSize();
    boolean[] seen = new boolean[rows * config.vocabSize()];
    for (int row = 0; row < rows; row++) {
      for (int id : block.get(row / settings.groupSize()).ids()) {
        seen[row * config.vocabSize() + id] = true;
      }
    }
    return NativeTensor.of(seen, rows, config.vocabSize());
  }

  private List<List<Completion>> groups(Row[] rows, int prompts, int groupSize) {
    List<List<Completion>> groups = new ArrayList<>(prompts);
    for (int n = 0; n < prompts; n++) {
      List<Completion> group = new ArrayList<>(groupSize);
      for (int i = 0; i < groupSize; i++) {
        group.add(rows[n * groupSize + i].completion(i, decoder));
      }
      groups.add(List.copyOf(group));
    }
    return List.copyOf(groups);
  }
}
