package io.grpostream.policy.checkpoint;

import java.io.Serializable;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Low-rank adapters beside a model's matrices (Hu et al. 2021, arXiv 2106.09685): where a matrix W
 * [out, in] has one, the policy computes with W + scale · B A. Only the A [rank, in] and B [out,
 * rank] are trained. Tensors bear the names that PEFT gives them in a file.
 *
 * @param rank r, columns of B; 0 stands for no adapters
 * @param alpha the scale times the rank
 * @param rankStabilized the scale is alpha / √rank instead of alpha / rank (Kalajdzievski 2023,
 *     arXiv 2312.03732)
 * @param targets which matrices have one, the same in every layer
 */
public record Lora(int rank, double alpha, boolean rankStabilized, Set<Target> targets)
    implements Serializable {
  /** No adapters: all weights are trained. */
  public static final Lora NONE = new Lora(0, 1, false, Set.of());

  private static final String PREFIX = "base_model.model.";

  /** A matrix of every layer that may have an adapter. */
  public enum Target {
    Q_PROJ("self_attn"),
    K_PROJ("self_attn"),
    V_PROJ("self_attn"),
    O_PROJ("self_attn"),
    GATE_PROJ("mlp"),
    UP_PROJ("mlp"),
    DOWN_PROJ("mlp");

    private final String block;

    Target(String block) {
      this.block = block;
    }

    /** Its name in checkpoints and in {@code target_modules}: {@code q_proj}. */
    public String module() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The matrix's Hugging Face name. */
    public String weight(int layer) {
      return path(layer) + ".weight";
    }

    /** PEFT's name of the layer's A. */
    public String a(int layer) {
      return PREFIX + path(layer) + ".lora_A.weight";
    }

    /** PEFT's name of the layer's B. */
    public String b(int layer) {
      return PREFIX + path(layer) + ".lora_B.weight";
    }

    private String path(int layer) {
      return "model.layers." + layer + "." + block + "." + module();
    }
  }

  public Lora {
    targets = Set.copyOf(targets);
    if (rank < 0 || (rank == 0) != targets.isEmpty()) {
      throw new IllegalArgumentException("rank " + rank + " with target modules " + targets);
    }
  }

  /** Adapters scaled by alpha / rank. */
  public static Lora of(int rank, double alpha, Collection<Target> targets) {
    return new Lora(rank, alpha, false, Set.copyOf(targets));
  }

  /** Whether there are any. */
  public boolean adapts() {
    return rank > 0;
  }

  /** What B A is multiplied by. */
  public double scale() {
    return alpha / (rankStabilized ? Math.sqrt(rank) : Math.max(1, rank));
  }

  /** The targets in the order of {@link Target}. */
  public List<Target> inOrder() {
    return targets.isEmpty() ? List.of() : List.copyOf(EnumSet.copyOf(targets));
  }

  /** PEFT name → shape of every tensor that adapters of this model hold. */
  public SortedMap<String, List<Long>> expectedTensors(ModelConfig config) {
    SortedMap<String, List<Long>> matrices = config.expectedTensors();
    SortedMap<String, List<Long>> tensors = new TreeMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Target target : targets) {
        List<Long> matrix = matrices.getOrDefault(target.weight(layer), List.of());
        tensors.put(target.a(layer), List.of((long) rank, matrix.get(1)));
        tensors.put(target.b(layer), List.of(matrix.get(0), (long) rank));
      }
    }
    return tensors;
  }
}
