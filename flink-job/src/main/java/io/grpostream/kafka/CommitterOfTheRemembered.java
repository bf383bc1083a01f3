package io.grpostream.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.kafka.common.errors.InvalidPidMappingException;

/**
 * Commits what the broker still knows. A transactional id that was not used for {@code
 * transactional.id.expiration.ms} (7 days by default) is forgotten, and with it the transaction,
 * which was taken back long before. Kafka's committer drops a transaction that was taken back, but
 * fails the job for one that was forgotten: an old savepoint would restart for ever. What is
 * dropped here is written again by the {@code Keeper} before the sink.
 */
final class CommitterOfTheRemembered<C> implements Committer<C> {
  private final Committer<C> committer;

  CommitterOfTheRemembered(Committer<C> committer) {
    this.committer = committer;
  }

  @Override
  public void commit(Collection<CommitRequest<C>> requests)
      throws IOException, InterruptedException {
    Collection<CommitRequest<C>> watched = new ArrayList<>();
    requests.forEach(request -> watched.add(new Watched<>(request)));
    committer.commit(watched);
  }

  @Override
  public void close() throws Exception {
    committer.close();
  }

  /** A request that fails for a known reason if the broker has forgotten its transaction. */
  private record Watched<C>(CommitRequest<C> request) implements CommitRequest<C> {
    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      if (reason instanceof InvalidPidMappingException) {
        request.signalFailedWithKnownReason(reason);
      } else {
        request.signalFailedWithUnknownReason(reason);
      }
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      request.signalFailedWithKnownReason(reason);
    }

    @Override
    public C getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(C committable) {
      request.updateAndRetryLater(committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }
}
