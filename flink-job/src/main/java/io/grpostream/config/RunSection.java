package io.grpostream.config;

import org.jspecify.annotations.Nullable;

/** {@code run}: what identifies a run. */
public record RunSection(
    @Key(
            means =
                "the run's name in policy versions and in the store; absent: the time it starts",
            preset = Key.ABSENT)
        @Nullable String name,
    @Key(
            means = "seeds sampling, fresh adapters, the order of prompts and shuffled rewards",
            preset = "0",
            decidesBits = true)
        long seed,
    @Key(means = "training steps, then the run ends; absent: it goes on", preset = Key.ABSENT)
        @Nullable Long steps) {
  public RunSection {
    new Rules()
        .require(
            "name",
            name,
            name != null && name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
            "it must be letters, digits, dots, dashes and underscores, at most 100",
            "it becomes part of file names")
        .atLeast("steps", steps, 1, "leave it out to go on until stopped")
        .check();
  }
}
