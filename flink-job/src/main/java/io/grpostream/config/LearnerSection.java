package io.grpostream.config;

import io.grpostream.policy.engine.Precision;
import io.grpostream.policy.training.OptimizerSettings.Schedule;

/** {@code learner}: how the policy is updated (AdamW). */
public record LearnerSection(
    @Key(means = "B, groups per training step", preset = "32", decidesBits = true) int batchGroups,
    @Key(means = "passes over a batch (mu)", preset = "1", decidesBits = true) int updatesPerBatch,
    @Key(
            means = "optimizer steps per pass; divides learner.batch-groups",
            preset = "1",
            decidesBits = true)
        int minibatches,
    @Key(means = "learning rate after warm-up", preset = "1e-6", decidesBits = true)
        double learningRate,
    @Key(
            means = "the rate after warm-up: constant, or linear or cosine down to 0 at run.steps",
            preset = "constant",
            decidesBits = true)
        Schedule schedule,
    @Key(
            means =
                "optimizer steps over which the rate rises to learning-rate, which the last of them"
                    + " has; transformers' schedules begin with a step at rate 0",
            preset = "0",
            decidesBits = true)
        int warmupUpdates,
    @Key(means = "decay of the first moment", preset = "0.9", decidesBits = true) double beta1,
    @Key(means = "decay of the second moment", preset = "0.999", decidesBits = true) double beta2,
    @Key(means = "added to the root of the second moment", preset = "1e-8", decidesBits = true)
        double epsilon,
    @Key(means = "decoupled weight decay", preset = "0", decidesBits = true) double weightDecay,
    @Key(
            means =
                "whether norms and biases decay too, as in torch; transformers' Trainer leaves them out",
            preset = "false",
            decidesBits = true)
        boolean decayNorms,
    @Key(
            means = "gradients are scaled down to this global norm; .inf is off",
            preset = "1.0",
            decidesBits = true)
        double maxGradNorm,
    @Key(
            means = "most tokens (prompts and completions) of one micro-batch, which bounds memory",
            preset = "8192",
            decidesBits = true)
        int maxTokens,
    @Key(
            means =
                "what the layers' matrices are multiplied in when training: fp32 or bf16; master weights are fp32",
            preset = "fp32",
            decidesBits = true)
        Precision dtype,
    @Key(means = "torch threads of the learner", preset = "1") int threads) {
  public LearnerSection {
    new Rules()
        .atLeast("batch-groups", batchGroups, 1, "32 is usual")
        .atLeast("updates-per-batch", updatesPerBatch, 1, "1 is on-policy")
        .atLeast("minibatches", minibatches, 1, "1 makes one optimizer step per pass")
        .require(
            "minibatches",
            minibatches,
            minibatches < 1 || batchGroups % minibatches == 0,
            "it must divide batch-groups, which is " + batchGroups,
            "minibatches are whole groups of equal number",
            "batch-groups")
        .finiteNotNegative("learning-rate", learningRate, "1e-6 to 1e-5 is usual; 0 is a control")
        .atLeast("warmup-updates", warmupUpdates, 0, "0 starts at the full rate")
        .require("beta1", beta1, beta1 >= 0 && beta1 < 1, "it must be in [0, 1)", "0.9 is usual")
        .require("beta2", beta2, beta2 >= 0 && beta2 < 1, "it must be in [0, 1)", "0.999 is usual")
        .above("epsilon", epsilon, 0, "1e-8 is usual")
        .finiteNotNegative("weight-decay", weightDecay, "0 turns it off")
        .require("max-grad-norm", maxGradNorm, maxGradNorm > 0, "it must be above 0", ".inf is off")
        .atLeast("max-tokens", maxTokens, 1, "8192 suits small models")
        .atLeast("threads", threads, 1, "give the cores that training may use")
        .check();
  }
}
