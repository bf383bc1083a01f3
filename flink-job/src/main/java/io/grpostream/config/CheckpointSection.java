package io.grpostream.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code checkpoint}: Flink's snapshots of the job. */
public record CheckpointSection(
    @Key(means = "time between two checkpoints", preset = "10s") Duration interval,
    @Key(
            means = "folder or URI for checkpoints and savepoints; absent: in the run's folder",
            preset = Key.ABSENT)
        @Nullable String directory) {
  public CheckpointSection {
    new Rules()
        .require(
            "interval",
            interval,
            interval.toMillis() >= 100,
            "it must be at least 100ms",
            "10s is usual; rollouts become visible to others once per interval")
        .check();
  }
}
