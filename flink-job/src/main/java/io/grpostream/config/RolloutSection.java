package io.grpostream.config;

import io.grpostream.policy.engine.Precision;
import java.util.List;

/** {@code rollout}: how completions are sampled. */
public record RolloutSection(
    @Key(means = "G, completions per prompt", preset = "8", decidesBits = true) int groupSize,
    @Key(means = "subtasks that sample", preset = "1") int parallelism,
    @Key(
            means = "K, groups that decode together; divides learner.batch-groups",
            preset = "8",
            decidesBits = true)
        int blockGroups,
    @Key(
            means =
                "most rows (completions) that decode at a time; a block of more decodes in parts of"
                    + " whole groups",
            preset = "128",
            decidesBits = true)
        int maxRows,
    @Key(means = "most tokens of a completion", preset = "64", decidesBits = true) int maxTokens,
    @Key(means = "divides the logits", preset = "1.0", decidesBits = true) double temperature,
    @Key(means = "draw from the k likeliest tokens; 0 is off", preset = "0", decidesBits = true)
        int topK,
    @Key(
            means = "draw from the likeliest tokens that make up this probability; 1 is off",
            preset = "1.0",
            decidesBits = true)
        double topP,
    @Key(
            means = "draw from tokens at least this times as likely as the likeliest; 0 is off",
            preset = "0.0",
            decidesBits = true)
        double minP,
    @Key(
            means = "makes tokens seen before less likely; 1 is off",
            preset = "1.0",
            decidesBits = true)
        double repetitionPenalty,
    @Key(
            means = "a completion ends when its text contains one of these strings",
            preset = "[]",
            decidesBits = true)
        List<String> stop,
    @Key(
            means = "what the layers' matrices are multiplied in when sampling: fp32 or bf16",
            preset = "fp32",
            decidesBits = true)
        Precision dtype,
    @Key(means = "torch threads of each subtask that samples", preset = "1") int threads) {
  public RolloutSection {
    stop = List.copyOf(stop);
    new Rules()
        .atLeast("group-size", groupSize, 2, "rewards are compared within a group, and 8 is usual")
        .atLeast("parallelism", parallelism, 1, "1 is right for one machine")
        .atLeast("block-groups", blockGroups, 1, "give a divisor of learner.batch-groups")
        .require(
            "max-rows",
            maxRows,
            maxRows >= groupSize,
            "it must be at least group-size, which is " + groupSize,
            "a group's completions decode together",
            "group-size")
        .atLeast("max-tokens", maxTokens, 1, "give the longest completion you want")
        .above("temperature", temperature, 0, "1 samples from the policy itself")
        .atLeast("top-k", topK, 0, "0 turns it off")
        .require("top-p", topP, topP > 0 && topP <= 1, "it must be in (0, 1]", "1 turns it off")
        .require("min-p", minP, minP >= 0 && minP < 1, "it must be in [0, 1)", "0 turns it off")
        .above("repetition-penalty", repetitionPenalty, 0, "1 turns it off")
        .require(
            "stop",
            stop,
            stop.stream().noneMatch(String::isEmpty),
            "it must be strings of at least one character",
            "an empty string would end every completion at once")
        .atLeast("threads", threads, 1, "give the cores that sampling may use")
        .check();
  }
}
