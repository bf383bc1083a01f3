package io.grpostream.local;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker inside this JVM, for a run on one machine. One at a time: what Kafka does instead
 * of ending the JVM is set for all of it.
 */
public final class LocalBroker implements AutoCloseable {
  /** Below this the first run would fill the disk. */
  private static final long NEEDED_BYTES = 256L << 20;

  private static final long NEARLY_FULL_BYTES = 16L << 20;

  /** A free port can be gone again when the broker opens it. */
  private static final int ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final int port;
  private final CompletableFuture<UserErrorException> failure;

  private LocalBroker(
      KafkaRaftServer server, int port, CompletableFuture<UserErrorException> failure) {
    this.server = server;
    this.port = port;
    this.failure = failure;
  }

  /**
   * Starts a broker on free loopback ports.
   *
   * @param dir holds its logs; made if missing, continued if a broker was here before
   * @throws UserErrorException if the folder cannot be written, its disk is nearly full, or no port
   *     could be opened
   */
  public static LocalBroker start(Path dir) {
    prepare(dir);
    for (int attempt = 1; ; attempt++) {
      try {
        return start(dir, freePort());
      } catch (PortTakenException e) {
        if (attempt == ATTEMPTS) {
          throw new UserErrorException(
              "the Kafka broker could not open a port on 127.0.0.1 in "
                  + ATTEMPTS
                  + " attempts; is the machine short of ports?",
              e);
        }
      }
    }
  }

  /** Where clients find it. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /**
   * Completes, on a thread of Kafka's, if the broker gives up by itself, as it does when the disk
   * is full.
   */
  public CompletableFuture<UserErrorException> failure() {
    return failure;
  }

  @Override
  public void close() {
    shutDown(server);
  }

  static LocalBroker start(Path dir, int port) throws PortTakenException {
    CompletableFuture<UserErrorException> failure = new CompletableFuture<>();
    keepTheJvm(dir, failure);
    KafkaRaftServer server =
        new KafkaRaftServer(
            new KafkaConfig(BrokerSettings.of(dir, port, freePort()), false), Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      shutDown(server);
      if (causedByTakenPort(e)) {
        throw new PortTakenException(port, e);
      }
      throw e;
    }
    return new LocalBroker(server, port, failure);
  }

  /** A broker that gives up ends its JVM; here the JVM is ours, and has more to put in order. */
  private static void keepTheJvm(Path dir, CompletableFuture<UserErrorException> failure) {
    Exit.Procedure giveUp =
        (status, message) -> {
          failure.complete(new UserErrorException(whyItGaveUp(dir)));
          throw new IllegalStateException("the Kafka broker gave up: " + message);
        };
    Exit.setExitProcedure(giveUp);
    Exit.setHaltProcedure(giveUp);
  }

  private static String whyItGaveUp(Path dir) {
    long free = dir.toFile().getUsableSpace();
    return free < NEARLY_FULL_BYTES
        ? "the disk of "
            + dir
            + " is full, so the Kafka broker stopped; free some space and run again"
        : "the Kafka broker in " + dir + " stopped by itself; its log says why";
  }

  private static void shutDown(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
    Exit.resetExitProcedure();
    Exit.resetHaltProcedure();
  }

  static void prepare(Path dir) {
    try {
      Files.createDirectories(dir);
      long free = Files.getFileStore(dir).getUsableSpace();
      if (free < NEEDED_BYTES) {
        throw new UserErrorException(
            "%s has %d MB left on its disk; the Kafka broker needs at least %d; free some or choose another folder"
                .formatted(dir, free >> 20, NEEDED_BYTES >> 20));
      }
      if (!Files.exists(dir.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
        format(dir);
      }
    } catch (IOException e) {
      throw new UserErrorException(
          "the Kafka broker cannot write to " + dir + ": " + e + "; choose another folder", e);
    }
  }

  private static void format(Path dir) throws IOException {
    try (PrintStream silence =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silence)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(BrokerSettings.NODE_ID)
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(dir.toString())
          .addDirectory(dir.toString())
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("formatting failed: " + e.getMessage(), e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UserErrorException("no port is free on 127.0.0.1: " + e.getMessage(), e);
    }
  }

  private static boolean causedByTakenPort(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  /** Someone else has the port. */
  static final class PortTakenException extends Exception {
    PortTakenException(int port, Throwable cause) {
      super("port " + port + " is taken", cause);
    }
  }
}
