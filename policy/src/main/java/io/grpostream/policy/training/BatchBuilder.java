package io.grpostream.policy.training;

import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.TrainingBatch;
import io.grpostream.policy.training.Minibatch.Group;
import io.grpostream.policy.training.Minibatch.Member;
import java.util.ArrayList;
import java.util.List;

/** Lays groups out as the learner program takes them: padded inputs, flat lists of tokens. */
final class BatchBuilder {
  // Bounds the memory of one piece of logits to 32 MiB, unless one completion needs more.
  private static final int CHUNK_LOGITS = 1 << 23;

  /** Numbers per token; see {@link TrainingBatch#facts}. */
  private static final int FACTS = 6;

  private final List<Group> groups;
  private final int longest;
  private final int group;
  private final int inputs;
  private final long[] ids;
  private final long[] rows;
  private final long[] targets;
  private final long[] completion;
  private final float[] facts;
  private final List<Long> chunks = new ArrayList<>(List.of(0L));
  private int tokens;
  private int completions;

  private BatchBuilder(List<Group> groups) {
    this.groups = groups;
    this.longest = groups.stream().mapToInt(each -> each.promptIds().length).max().orElseThrow();
    this.group = groups.stream().mapToInt(each -> each.members().size()).max().orElseThrow();
    // The last token of a completion is never an input; at least one row keeps shapes regular.
    this.inputs =
        Math.max(1, groups.stream().mapToInt(Group::longestCompletion).max().orElseThrow() - 1);
    int total =
        groups.stream()
            .flatMap(each -> each.members().stream())
            .mapToInt(member -> member.completion().ids().length)
            .sum();
    this.ids = new long[groups.size() * (longest + group * inputs)];
    this.rows = new long[total];
    this.targets = new long[total];
    this.completion = new long[total];
    this.facts = new float[FACTS * total];
  }

  /**
   * Builds the batch; the caller closes it.
   *
   * @param vocabulary sets how many tokens' logits make a piece
   * @param entropyWeight the entropy bonus of one token
   */
  static TrainingBatch build(List<Group> groups, int vocabulary, double entropyWeight) {
    BatchBuilder builder = new BatchBuilder(groups);
    int most = Math.max(1, CHUNK_LOGITS / vocabulary);
    for (int n = 0; n < groups.size(); n++) {
      builder.addPrompt(n);
      for (int i = 0; i < groups.get(n).members().size(); i++) {
        builder.addCompletion(n, i, entropyWeight, most);
      }
    }
    return builder.tensors();
  }

  private void addPrompt(int n) {
    int[] prompt = groups.get(n).promptIds();
    for (int t = 0; t < prompt.length; t++) {
      ids[n * longest + t] = prompt[t];
    }
  }

  private void addCompletion(int n, int i, double entropyWeight, int most) {
    Member member = groups.get(n).members().get(i);
    int[] sampled = member.completion().ids();
    int firstInput = groups.size() * longest + (n * group + i) * inputs;
    int promptEnd = n * longest + groups.get(n).promptIds().length - 1;
    long chunkStart = chunks.get(chunks.size() - 1);
    if (tokens > chunkStart && tokens + sampled.length - chunkStart > most) {
      chunks.add((long) tokens);
    }
    for (int t = 0; t < sampled.length; t++) {
      if (t < sampled.length - 1) {
        ids[firstInput + t] = sampled[t];
      }
      rows[tokens] = t == 0 ? promptEnd : firstInput + t - 1;
      targets[tokens] = sampled[t];
      completion[tokens] = completions;
      addFacts(member, t, entropyWeight);
      tokens++;
    }
    completions++;
  }

  private void addFacts(Member member, int t, double entropyWeight) {
    int total = targets.length;
    facts[tokens] = member.completion().behaviorLogprobs()[t];
    facts[2 * total + tokens] = (float) member.completion().advantage();
    facts[3 * total + tokens] = (float) member.weight();
    facts[4 * total + tokens] = (float) entropyWeight;
    facts[5 * total + tokens] = member.completion().startLogprobs()[t];
  }

  private TrainingBatch tensors() {
    long[] lengths = groups.stream().mapToLong(each -> each.promptIds().length).toArray();
    chunks.add((long) tokens);
    return new TrainingBatch(
        NativeTensor.of(ids, ids.length),
        NativeTensor.of(lengths, lengths.length),
        longest,
        group,
        NativeTensor.of(rows, tokens),
        NativeTensor.of(targets, tokens),
        NativeTensor.of(facts, FACTS, tokens),
        NativeTensor.of(completion, tokens),
        completions,
        chunks.stream().mapToLong(Long::longValue).toArray());
  }
}
