package io.grpostream.config;

import java.nio.file.Path;

/** {@code policy}: the model being trained. */
public record PolicySection(
    @Key(means = "folder of the base checkpoint, in Hugging Face layout") Path checkpoint,
    @Key(means = "prompts of more tokens are rejected", preset = "512", decidesBits = true)
        int maxPromptTokens,
    @Key(
            means =
                "where the policy is sampled and trained: cpu, cuda:N, or auto, which takes the GPUs"
                    + " that Flink or the machine offers in turn, else the CPU",
            preset = "auto",
            decidesBits = true)
        DeviceChoice device) {
  public PolicySection {
    new Rules()
        .atLeast("max-prompt-tokens", maxPromptTokens, 1, "give the longest prompt you expect")
        .check();
  }
}
