package io.grpostream.job;

import java.net.URI;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the training job asks of Flink wherever it runs. */
public final class JobSettings {
  /** Fixed, because a savepoint restores only with the number it was taken with. */
  private static final int MAX_PARALLELISM = 128;

  private JobSettings() {}

  /**
   * Puts them into a configuration.
   *
   * @param checkpoints where checkpoints go
   * @param interval between two
   */
  public static void put(Configuration configuration, URI checkpoints, Duration interval) {
    // Any other backend would serialize the weights at every step.
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    // A run that was cancelled can be resumed.
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    // A full disk must not end a run: the next checkpoint may find room.
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    // Nothing here goes by event time, and a timer's thread takes a core from a team that computes.
    configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ZERO);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    // Records are immutable, so that operators in one chain may share them.
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
  }

  /** An environment to add the job's operators to. */
  public static StreamExecutionEnvironment environment(Configuration configuration) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setBufferTimeout(0);
    return env;
  }
}
