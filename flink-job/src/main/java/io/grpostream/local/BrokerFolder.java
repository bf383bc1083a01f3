package io.grpostream.local;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The folder of a broker that runs as a process of its own: formatted, with its settings. */
public final class BrokerFolder {
  private BrokerFolder() {}

  /**
   * Makes the folder if it is missing, and writes the settings; what a broker has stored there
   * stays.
   *
   * @param port for clients
   * @param controllerPort for the broker itself
   * @return the file of settings that {@code kafka.Kafka} takes
   */
  public static Path prepare(Path folder, int port, int controllerPort) throws IOException {
    Path data = folder.resolve("data");
    LocalBroker.prepare(data);
    Properties settings = BrokerSettings.of(data, port, controllerPort);
    // Started again after a kill, it is let in only once its former session has ended: 9 s by
    // default.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    Path file = folder.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    return file;
  }
}
