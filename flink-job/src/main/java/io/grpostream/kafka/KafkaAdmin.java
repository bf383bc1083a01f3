package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/**
 * Kafka's admin client, whose every wait ends soon: what takes longer than any healthy cluster does
 * is told as something the user can mend.
 */
final class KafkaAdmin implements AutoCloseable {
  /** For a first sign of life: a wrong address must not look like a slow one. */
  private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final Admin admin;

  private KafkaAdmin(KafkaConnection kafka, Admin admin) {
    this.kafka = kafka;
    this.admin = admin;
  }

  /**
   * Opens one, once a broker has answered.
   *
   * @throws UserErrorException if none does
   */
  static KafkaAdmin open(KafkaConnection kafka) {
    KafkaAdmin opened = new KafkaAdmin(kafka, client(kafka));
    try {
      opened.await(opened.admin.describeCluster().clusterId(), FIRST_PATIENCE);
      return opened;
    } catch (ExecutionException e) {
      opened.close();
      throw opened.silent(FIRST_PATIENCE, e);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static Admin client(KafkaConnection kafka) {
    try {
      return Admin.create(kafka.clientProperties());
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserErrorException(
          "there is no way to Kafka at %s: %s; check kafka.bootstrap-servers"
              .formatted(kafka.bootstrapServers(), cause.getMessage()),
          e);
    }
  }

  Admin client() {
    return admin;
  }

  /** The answer to a call. */
  <T> T answer(KafkaFuture<T> call) {
    try {
      return await(call);
    } catch (ExecutionException e) {
      throw refused(e);
    }
  }

  /**
   * The answer to a call that Kafka may refuse for a reason the caller knows.
   *
   * @throws ExecutionException with Kafka's refusal
   */
  <T> T await(KafkaFuture<T> call) throws ExecutionException {
    return await(call, PATIENCE);
  }

  private <T> T await(KafkaFuture<T> call, Duration patience) throws ExecutionException {
    try {
      return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw silent(patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Kafka", e);
    }
  }

  private UserErrorException silent(Duration patience, Exception e) {
    return new UserErrorException(
        "Kafka at %s did not answer within %d s; check kafka.bootstrap-servers and that a broker runs there"
            .formatted(kafka.bootstrapServers(), patience.toSeconds()),
        e);
  }

  UserErrorException refused(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new UserErrorException(
        "Kafka at %s refused to set up topics: %s"
            .formatted(kafka.bootstrapServers(), cause.getMessage()),
        e);
  }

  @Override
  public void close() {
    admin.close(CLOSE);
  }
}
