package io.grpostream.local;

import io.grpostream.config.KafkaSection;
import io.grpostream.kafka.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/** The Kafka of a local run: a broker in this process, or the one that the configuration names. */
record LocalKafka(KafkaConnection connection, @Nullable LocalBroker broker, Path folder)
    implements AutoCloseable {
  /**
   * Starts a broker if there is none to use.
   *
   * @param folder where a broker of our own keeps its logs
   * @throws io.grpostream.policy.UserErrorException if the one to use does not answer
   */
  static LocalKafka start(KafkaSection kafka, Path folder) {
    String servers = kafka.bootstrapServers();
    if (servers != null) {
      KafkaConnection connection = KafkaConnection.of(servers);
      connection.reach();
      return new LocalKafka(connection, null, folder);
    }
    LocalBroker broker = LocalBroker.start(folder);
    return new LocalKafka(KafkaConnection.of(broker.bootstrapServers()), broker, folder);
  }

  /** Throws if a broker of our own has given up, as it does when the disk is full. */
  void check() {
    if (broker != null && broker.failure().isDone()) {
      throw broker.failure().join();
    }
  }

  /** A broker of our own takes its logs along: what a run keeps of its topics are files. */
  @Override
  public void close() throws IOException {
    if (broker != null) {
      broker.close();
      FileUtils.deleteDirectory(folder.toFile());
    }
  }
}
