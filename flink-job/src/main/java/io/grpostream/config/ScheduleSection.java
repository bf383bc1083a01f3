package io.grpostream.config;

import io.grpostream.rules.Schedule;

/** {@code schedule}: how far sampling may run ahead of training. */
public record ScheduleSection(
    @Key(
            means =
                "lockstep: prompt n samples with version ⌊n/B⌋ − max-staleness, so that the prompts"
                    + " decide every bit; live: with the newest version",
            preset = "lockstep",
            decidesBits = true)
        Schedule mode,
    @Key(
            means = "most versions between sampling and training; 0 is on-policy",
            preset = "0",
            decidesBits = true)
        int maxStaleness) {
  public ScheduleSection {
    new Rules()
        .require(
            "max-staleness",
            maxStaleness,
            maxStaleness >= 0 && maxStaleness <= 1000,
            "it must be within 0 to 1000",
            "0 is on-policy, 1 lets sampling and training overlap")
        .check();
  }
}
