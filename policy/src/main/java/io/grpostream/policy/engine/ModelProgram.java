package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.engine.TorchScriptArchive.ModuleObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code policy.py} loaded for one model: its methods for sampling and scoring, typed. Used by one
 * thread at a time, which has entered {@link Torch}. The caller closes what methods return.
 */
public final class ModelProgram implements AutoCloseable {
  private final TorchModule module;
  private final RopeTable rope;
  private final int baseHead;

  /**
   * Loads the program.
   *
   * @param packed the weights that its methods get come from {@link #pack}
   */
  public ModelProgram(ModelConfig config, boolean packed) {
    this(config, Lora.NONE, packed);
  }

  /**
   * Loads the program of a model with adapters.
   *
   * @param lora the adapters that may follow the model's own tensors
   */
  public ModelProgram(ModelConfig config, Lora lora, boolean packed) {
    this.baseHead = WeightLayout.of(config).head();
    int head = packed ? 1 : baseHead;
    this.module =
        new TorchModule(
            new TorchScriptArchive(
                policy(config, lora, head),
                List.of("products", "adapter", "cache", "policy", "sampling")));
    this.rope = new RopeTable(config);
  }

  /** The attributes of {@code policy.Policy}. */
  static ModuleObject policy(ModelConfig config, Lora lora, int head) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("layers", config.layers());
    attributes.put("heads", config.heads());
    attributes.put("kv_heads", config.kvHeads());
    attributes.put("head_dim", config.headDim());
    attributes.put("norm_eps", config.rmsNormEps());
    attributes.put("qkv_bias", config.qkvBias());
    attributes.put("qk_norm", config.qkNorm());
    attributes.put("head", head);
    attributes.put("layer_tensors", WeightLayout.of(config).layerSlots());
    attributes.put("pad_token", config.padTokenId());
    attributes.put("adapter", adapter(lora));
    return new ModuleObject("policy", "Policy", attributes);
  }

  /** The attributes of {@code adapter.Adapter}. */
  private static ModuleObject adapter(Lora lora) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("scale", lora.scale());
    attributes.put("layer_tensors", 2 * lora.targets().size());
    for (Lora.Target target : Lora.Target.values()) {
      int place = lora.inOrder().indexOf(target);
      attributes.put(target.module(), place < 0 ? place : 2 * place);
    }
    return new ModuleObject("adapter", "Adapter", attributes);
  }

  /**
   * Copies weights into the form that decodes fastest.
   *
   * @param head the head's place in {@code weights}
   * @param rows about how many rows the matrices will meet at a time
   * @param precision what the layers' matrices become
   * @param into empty, or what this gave before, which is written again and given again
   */
  public NativeTensor[] pack(
      NativeTensor[] weights, int head, int rows, Precision precision, NativeTensor[] into) {
    try (Arguments arguments =
        new Arguments()
            .tensors(weights)
            .integer(head)
            .integer(rows)
            .integer(precision.scalarType())
            .tensors(into)) {
      if (into.length > 0) {
        module.run("pack", arguments);
        return into;
      }
      return module.tensors("pack", arguments);
    }
  }

  /** The same of a base with adapters put into its matrices. */
  public NativeTensor[] packMerged(
      NativeTensor[] base,
      NativeTensor[] adapters,
      int rows,
      Precision precision,
      NativeTensor[] into) {
    return pack(PolicyWeights.concatenate(base, adapters), baseHead, rows, precision, into);
  }

  /**
   * A base's tensors with adapters put into its matrices; those without an adapter share their
   * memory with {@code base}.
   */
  public NativeTensor[] merge(NativeTensor[] base, NativeTensor[] adapters) {
    try (Arguments arguments =
        new Arguments().tensors(PolicyWeights.concatenate(base, adapters)).integer(baseHead)) {
      return module.tensors("merge", arguments);
    }
  }

  /** Logits after every token: [ids.length, vocabulary]. */
  public NativeTensor logits(NativeTensor[] weights, int[] ids) {
    rope.reach(ids.length);
    try (NativeTensor tokens = NativeTensor.of(widen(ids), ids.length);
        Arguments arguments =
            new Arguments().tensors(weights).tensor(tokens).tensor(rope.cos()).tensor(rope.sin())) {
      return module.tensor("logits", arguments);
    }
  }

  /**
   * Reads prompts and makes room for their completions.
   *
   * @param ids [prompts, longest], padded on the right
   * @param lengths [prompts]
   * @param longest tokens of the longest prompt
   * @param group completions per prompt
   * @param room tokens per completion that the cache has room for
   * @return logits [prompts · group, vocabulary], then the cache
   */
  public NativeTensor[] prefill(
      NativeTensor[] weights,
      NativeTensor ids,
      NativeTensor lengths,
      int longest,
      int group,
      int room) {
    rope.reach(longest);
    try (Arguments arguments =
        new Arguments()
            .tensors(weights)
            .tensor(ids)
            .tensor(lengths)
            .tensor(rope.cos())
            .tensor(rope.sin())
            .integer(group)
            .integer(room)) {
      return module.tensors("prefill", arguments);
    }
  }

  /**
   * The cache of some of its prompts and rows; the old one stays the caller's to close.
   *
   * @param prompts places of the prompts that stay
   * @param from slots that the rows that stay have in {@code cache}
   * @param to the slots that they shall have
   * @param filled how many tokens each completion has in it
   * @param room how many it is to have room for
   */
  public NativeTensor[] keep(
      NativeTensor[] cache, NativeTensor prompts, Slots from, Slots to, int filled, int room) {
    try (Arguments arguments =
        new Arguments()
            .tensors(cache)
            .tensor(prompts)
            .tensor(from.places())
            .integer(from.group())
            .tensor(to.places())
            .integer(to.group())
            .integer(filled)
            .integer(room)) {
      return module.tensors("keep", arguments);
    }
  }

  /** Some rows of a tensor, in a new one. */
  public NativeTensor rowsOf(NativeTensor tensor, NativeTensor rows) {
    try (Arguments arguments = new Arguments().tensor(tensor).tensor(rows)) {
      return module.tensor("rows_of", arguments);
    }
  }

  /**
   * Where rows have their keys and values.
   *
   * @param places [rows], ascending: a row's prompt is its slot divided by {@code group}
   * @param group slots per prompt
   */
  public record Slots(NativeTensor places, int group) {}

  /**
   * Which rows decode.
   *
   * @param lengths [prompts], tokens of each prompt
   * @param longest the most of them
   */
  public record Places(NativeTensor lengths, int longest, Slots slots) {}

  /**
   * Logits after one more token per row.
   *
   * @param cache from {@link #prefill} or {@link #keep}
   * @param tokens [rows], the last ones chosen
   * @param step how many tokens each completion had before these
   */
  public NativeTensor decode(
      NativeTensor[] weights, NativeTensor[] cache, NativeTensor tokens, Places places, int step) {
    rope.reach(places.longest() + step + 1);
    try (Arguments arguments =
        new Arguments()
            .tensors(weights)
            .tensors(cache)
            .tensor(tokens)
            .tensor(places.lengths())
            .tensor(places.slots().places())
            .tensor(rope.cos())
            .tensor(rope.sin())
            .integer(places.slots().group())
            .integer(step)) {
      return module.tensor("decode", arguments);
    }
  }

  /** How tokens are chosen: the warpers' settings, 0 or 1 where one is off. */
  public record Choice(
      double temperature, boolean greedy, int topK, double topP, double minP, double penalty) {}

  /**
   * Chooses one token per row.
   *
   * @param logits [rows, vocabulary]
   * @param uniforms [rows, 1], in [0, 1)
   * @param seen [rows, vocabulary], tokens that the repetition penalty applies to; the chosen ones
   *     are added. Without a penalty any tensor will do.
   * @param never token ids that are not chosen
   * @return the tokens [rows] and their log-probabilities under softmax(logits / temperature)
   */
  public NativeTensor[] choose(
      NativeTensor logits,
      NativeTensor uniforms,
      Choice choice,
      NativeTensor seen,
      NativeTensor never) {
    try (Arguments arguments =
        new Arguments()
            .tensor(logits)
            .tensor(uniforms)
            .number(choice.temperature())
            .flag(choice.greedy())
            .integer(choice.topK())
            .number(choice.topP())
            .number(choice.minP())
            .number(choice.penalty())
            .tensor(seen)
            .tensor(never)) {
      return module.tensors("choose", arguments);
    }
  }

  /** What {@link #choose} draws from: [rows, vocabulary], 0 for tokens not kept. */
  NativeTensor distribution(NativeTensor logits, Choice choice, NativeTensor seen) {
    try (Arguments arguments =
        new Arguments()
            .tensor(logits)
            .number(choice.temperature())
            .integer(choice.topK())
            .number(choice.topP())
            .number(choice.minP())
            .number(choice.penalty())
            .tensor(seen)) {
      return module.tensor("distribution", arguments);
    }
  }

  static long[] widen(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      wide[i] = ids[i];
    }
    return wide;
  }

  @Override
  public void close() {
    rope.close();
    module.close();
  }
}
