package io.grpostream.config;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.Lora.Target;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code lora}: low-rank adapters, trained in place of the model's own weights. */
public record LoraSection(
    @Key(
            means = "r, the adapters' rank; 0 is off: all weights are trained",
            preset = "0",
            decidesBits = true)
        int rank,
    @Key(
            means = "adapters are scaled by alpha / rank; unused without adapters",
            preset = "8",
            decidesBits = true)
        double alpha,
    @Key(
            means =
                "matrices with an adapter: some of q_proj, k_proj, v_proj, o_proj, gate_proj,"
                    + " up_proj, down_proj",
            preset = "[q_proj, v_proj]",
            decidesBits = true)
        List<Target> targetModules,
    @Key(
            means = "folder of adapters, as PEFT writes it, to start from; absent: fresh ones",
            preset = Key.ABSENT)
        @Nullable Path adapter) {
  public LoraSection {
    targetModules = List.copyOf(targetModules);
    new Rules()
        .atLeast("rank", rank, 0, "8 or 16 is usual; 0 trains all weights")
        .above("alpha", alpha, 0, "once or twice the rank is usual")
        .require(
            "target-modules",
            targetModules,
            !targetModules.isEmpty() && new HashSet<>(targetModules).size() == targetModules.size(),
            "it must name at least one matrix, and each once",
            "[q_proj, v_proj] is PEFT's preset")
        .require(
            "adapter",
            adapter,
            rank != 0,
            "it needs rank, which is 0",
            "set rank, alpha and target-modules to the adapters' own",
            "rank")
        .check();
  }

  /** The adapters' shape. */
  public Lora lora() {
    return rank == 0 ? Lora.NONE : Lora.of(rank, alpha, targetModules);
  }
}
