package io.grpostream.job;

import io.grpostream.config.RunConfig;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Topics;
import io.grpostream.store.PolicyStore;
import java.net.URI;
import java.nio.file.Path;

/**
 * Where a run takes place, as opposed to what it computes.
 *
 * @param run the run's id
 * @param kafka the broker
 * @param topics names of the topics
 * @param store where policy versions are kept
 */
public record RunPlace(String run, KafkaConnection kafka, Topics topics, PolicyStore store) {
  /**
   * The place that a configuration names; its store is in the run's folder unless the configuration
   * says otherwise.
   */
  public static RunPlace of(RunConfig config, String run, KafkaConnection kafka, Path runFolder) {
    String written = config.store().uri();
    URI store = written == null ? runFolder.resolve("store").toUri() : uri(written);
    return new RunPlace(
        run,
        kafka,
        new Topics(config.kafka().topicPrefix()),
        new PolicyStore(store.toString(), run));
  }

  /** A URI as it is, a path as a file's. */
  public static URI uri(String written) {
    return written.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*")
        ? URI.create(written)
        : Path.of(written).toAbsolutePath().toUri();
  }
}
