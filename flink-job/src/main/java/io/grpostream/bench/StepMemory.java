package io.grpostream.bench;

import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.memory.MemoryCheck;
import io.grpostream.policy.memory.MemoryPlan.Work;
import io.grpostream.policy.memory.MicroBatch;
import io.grpostream.policy.memory.PolicyFootprint;

/** How much memory a measurement of the engine will take. */
public final class StepMemory {
  /** Java with this program's classes, libtorch and their heaps; measured with the tiny shape. */
  private static final long PROCESS = 400_000_000;

  private StepMemory() {}

  /** The arithmetic for this work, before it begins. */
  public static MemoryCheck of(ModelConfig model, EngineSettings settings, Workload workload) {
    int tokens = workload.completionTokens().most();
    MicroBatch batch =
        MicroBatch.within(
            settings.maxTokens(),
            workload.prompts(),
            workload.group(),
            workload.promptTokens(),
            tokens);
    return new MemoryCheck(
        PROCESS,
        new PolicyFootprint(model, settings.lora(), settings.precision(), settings.precision()),
        new Work(
            batch, batch.groups() < workload.prompts(), workload.prompts(), 1, false, false, false),
        new MemoryCheck.Levers(
            "--max-tokens, which is " + settings.maxTokens(),
            "--prompts, which is " + workload.prompts(),
            "--group, which is " + workload.group() + ", or the tokens",
            "the model's size, or train adapters (--lora)"));
  }
}
