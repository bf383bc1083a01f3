package io.grpostream.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code prompts}: what the policy is asked. */
public record PromptsSection(
    @Key(
            means =
                "JSON lines or Avro file that the local run puts onto the prompts topic, again"
                    + " and again until there is enough; absent: prompts come from elsewhere",
            preset = Key.ABSENT)
        @Nullable Path file,
    @Key(
            means = "where in the prompts topic to begin: earliest, or an offset",
            preset = "earliest",
            decidesBits = true)
        StartOffset start,
    @Key(
            means = "the file's order on the topic: file, or shuffled (by run.seed, in every pass)",
            preset = "shuffled",
            decidesBits = true)
        Order order) {
  /** The order in which the file's prompts go onto the topic. */
  public enum Order {
    /** As they stand in the file. */
    FILE,
    /** Every pass over the file in an order of its own, drawn from the run's seed. */
    SHUFFLED
  }
}
