package io.grpostream.cli;

import io.grpostream.ledger.LedgerSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which ledger a command line means: a run's, or the one on Kafka. */
final class LedgerSources {
  private LedgerSources() {}

  /** The one that is named, in either way. */
  static LedgerSource one(CommandSpec spec, @Nullable Path run, KafkaOptions kafka) {
    if ((run == null) != kafka.given()) {
      throw new ParameterException(
          spec.commandLine(), "Give either a run's folder or --bootstrap-servers");
    }
    return run == null ? new LedgerSource.OnTopic(kafka.topics()) : LedgerSource.of(run);
  }
}
