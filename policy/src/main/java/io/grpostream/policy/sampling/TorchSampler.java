package io.grpostream.policy.sampling;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.ModelProgram;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.NativeWeights;
import io.grpostream.policy.engine.SharedCores;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples with libtorch, in fp32 or with the layers' matrices in bf16.
 *
 * <p>The log-probs of its completions are always those of softmax(logits / temperature), whatever
 * repetition penalty, top-k, top-p and min-p left out: importance ratios must be taken between two
 * values of the same function, and this is the one that the learner recomputes.
 */
public final class TorchSampler implements Sampler {
  // A hint for the packed layout, fixed so that no block's size can change another's bits.
  private static final int PACKED_ROWS = 64;

  private final ModelConfig config;
  private final @Nullable AdaptedBase base;
  private final WeightLayout layout;
  private final TextDecoder decoder;
  private final Compute compute;
  private final List<Integer> never;
  private @Nullable ModelProgram program;
  private NativeTensor[] weights = new NativeTensor[0];

  /**
   * A sampler without weights yet.
   *
   * @param decoder makes a completion's text; closed with the sampler
   * @param compute what the thread that samples computes with
   */
  public TorchSampler(ModelConfig config, TextDecoder decoder, Compute compute) {
    this(config, decoder, compute, List.of());
  }

  /** The same in fp32, with this many OpenMP threads. */
  public TorchSampler(ModelConfig config, TextDecoder decoder, int threads) {
    this(config, decoder, Compute.fp32(threads));
  }

  /**
   * A sampler that never chooses some tokens, such as the end token of a text that is to go on.
   *
   * @param never their ids
   */
  public TorchSampler(
      ModelConfig config, TextDecoder decoder, Compute compute, List<Integer> never) {
    this.config = config;
    this.base = null;
    this.layout = WeightLayout.of(config);
    this.decoder = decoder;
    this.compute = compute;
    this.never = List.copyOf(never);
  }

  /** The same in fp32, with this many OpenMP threads. */
  public TorchSampler(ModelConfig config, TextDecoder decoder, int threads, List<Integer> never) {
    this(config, decoder, Compute.fp32(threads), never);
  }

  /**
   * A sampler that loads adapters, and samples with the base's weights and them in one.
   *
   * @param base closed with the sampler
   * @param decoder as above
   * @param compute as above
   */
  public TorchSampler(AdaptedBase base, TextDecoder decoder, Compute compute) {
    this(base, decoder, compute, List.of());
  }

  /** The same, never choosing some tokens. */
  public TorchSampler(AdaptedBase base, TextDecoder decoder, Compute compute, List<Integer> never) {
    this.config = base.config();
    this.base = base;
    this.layout = base.layout();
    this.decoder = decoder;
    this.compute = compute;
    this.never = List.copyOf(never);
  }

  /** The same in fp32, with this many OpenMP threads. */
  public TorchSampler(AdaptedBase base, TextDecoder decoder, int threads) {
    this(base, decoder, Compute.fp32(threads));
  }

  @Override
  public void load(TensorSource source) throws IOException {
    Torch.enter(compute);
    if (source instanceof NativeWeights own
        && own.layout().equals(layout)
        && own.slots()[0].device().equals(compute.device())) {
      pack(own.slots());
      return;
    }
    NativeTensor[] plain = WeightReader.read(layout, source, "");
    try {
      pack(plain);
    } finally {
      NativeTensor.closeAll(plain);
    }
  }

  /** Weights written only in part are none. */
  private void pack(NativeTensor[] loaded) {
    NativeTensor[] before = weights;
    weights = new NativeTensor[0];
    try {
      weights =
          base == null
              ? program().pack(loaded, layout.head(), PACKED_ROWS, compute.precision(), before)
              : program()
                  .packMerged(
                      base.weights().slots(), loaded, PACKED_ROWS, compute.precision(), before);
    } finally {
      if (weights.length == 0) {
        NativeTensor.closeAll(before);
      }
    }
  }

  @Override
  public List<List<Completion>> sample(
      List<PromptTokens> block, SamplingSettings settings, StopSignal stop)
      throws StoppedException {
    if (weights.length == 0) {
      throw new IllegalStateException("no weights have been loaded");
    }
    for (PromptTokens prompt : block) {
      check(prompt, settings.maxTokens());
    }
    try (SharedCores cores = SharedCores.enter(compute, stop)) {
      return new BlockDecoder(program(), weights, config, decoder, never)
          .decode(block, settings, cores);
    }
  }

  private void check(PromptTokens prompt, int maxTokens) {
    if (prompt.ids().length + maxTokens > config.maxPositions()) {
      throw new IllegalArgumentException(
          String.format(
              "prompt %d has %d tokens; with %d new ones it must fit the model's %d positions",
              prompt.number(), prompt.ids().length, maxTokens, config.maxPositions()));
    }
    for (int id : prompt.ids()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            String.format(
                "prompt %d has token id %d; it must be in [0, %d)",
                prompt.number(), id, config.vocabSize()));
      }
    }
  }

  private ModelProgram program() {
    if (program == null) {
      program = new ModelProgram(config, base == null ? Lora.NONE : base.lora(), true);
    }
    return program;
  }

  @Override
  public void close() {
    NativeTensor.closeAll(weights);
    weights = new NativeTensor[0];
    if (program != null) {
      program.close();
      program = null;
    }
    decoder.close();
    if (base != null) {
      base.close();
    }
  }
}
