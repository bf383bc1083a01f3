package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Which failures to commit end the job: those that the keeper cannot mend. */
class CommitterOfTheRememberedTest {
  @Test
  void aForgottenTransactionIsGivenUp() throws Exception {
    assertEquals(
        List.of("known"),
        signals(r -> r.signalFailedWithUnknownReason(new InvalidPidMappingException("forgotten"))));
  }

  @Test
  void otherFailuresStayWhatTheyAre() throws Exception {
    assertEquals(
        List.of("unknown"),
        signals(r -> r.signalFailedWithUnknownReason(new TopicAuthorizationException("rollouts"))));
    assertEquals(
        List.of("known"),
        signals(r -> r.signalFailedWithKnownReason(new ProducerFencedException("fenced"))));
  }

  @Test
  void theRestPassesUnchanged() throws Exception {
    assertEquals(
        List.of("retry", "retry 8", "committed"),
        signals(
            r -> {
              r.retryLater();
              r.updateAndRetryLater(r.getCommittable() + r.getNumberOfRetries());
              r.signalAlreadyCommitted();
            }));
  }

  /** What the request hears when Kafka's committer answers like this. */
  private static List<String> signals(Consumer<CommitRequest<Integer>> answer) throws Exception {
    List<String> heard = new ArrayList<>();
    new CommitterOfTheRemembered<>(new Answering(answer)).commit(List.of(new Request(heard)));
    return heard;
  }

  private record Answering(Consumer<CommitRequest<Integer>> answer) implements Committer<Integer> {
    @Override
    public void commit(Collection<CommitRequest<Integer>> requests) {
      requests.forEach(answer);
    }

    @Override
    public void close() {}
  }

  private record Request(List<String> heard) implements CommitRequest<Integer> {
    @Override
    public Integer getCommittable() {
      return 5;
    }

    @Override
    public int getNumberOfRetries() {
      return 3;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      heard.add("known");
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      heard.add("unknown");
    }

    @Override
    public void retryLater() {
      heard.add("retry");
    }

    @Override
    public void updateAndRetryLater(Integer committable) {
      heard.add("retry " + committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      heard.add("committed");
    }
  }
}
