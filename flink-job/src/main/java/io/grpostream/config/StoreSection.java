package io.grpostream.config;

import org.jspecify.annotations.Nullable;

/** {@code store}: where policy versions are kept. */
public record StoreSection(
    @Key(
            means =
                "folder or URI of any Flink file system (file, s3, hdfs); absent: in the run's"
                    + " folder",
            preset = Key.ABSENT)
        @Nullable String uri,
    @Key(means = "keep every so many versions for good; 0 keeps none", preset = "0")
        int keepEvery) {
  public StoreSection {
    new Rules().atLeast("keep-every", keepEvery, 0, "0 keeps none for good").check();
  }
}
