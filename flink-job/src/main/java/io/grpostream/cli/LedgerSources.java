package io.grpostream.cli;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.ledger.LedgerSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which ledger a command line means: a run's, or the one on Kafka. */
final class LedgerSources {
  private LedgerSources() {}

  /** The one that is named, in either way. */
  static LedgerSource one(CommandSpec spec, @Nullable Path run, KafkaOptions kafka) {
    Optional<CommittedTopics> topics = kafka.topics();
    if ((run == null) == topics.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Give either a run's folder or --bootstrap-servers");
    }
    return run == null ? new LedgerSource.OnTopic(topics.orElseThrow()) : LedgerSource.of(run);
  }
}
