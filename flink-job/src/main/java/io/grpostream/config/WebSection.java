package io.grpostream.config;

import org.jspecify.annotations.Nullable;

/** {@code web}: Flink's dashboard, on the loopback address. */
public record WebSection(
    @Key(
            means = "the dashboard's port; absent: 8081, or any free one if that is taken",
            preset = Key.ABSENT)
        @Nullable Integer port) {
  public WebSection {
    new Rules()
        .require(
            "port",
            port,
            port != null && port >= 1 && port <= 65535,
            "it must be within 1 to 65535",
            "leave it out for 8081 or any free one")
        .check();
  }
}
