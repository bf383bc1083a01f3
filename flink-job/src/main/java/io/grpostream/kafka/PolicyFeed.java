package io.grpostream.kafka;

import io.grpostream.records.PolicyVersion;
import java.time.Duration;
import org.apache.kafka.common.IsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows policy-versions from its beginning, on a thread of its own: gate and samplers learn of
 * new versions although they wait for nothing. Announcements are taken at once, not when committed,
 * and may repeat.
 */
public final class PolicyFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFeed.class);
  private static final Duration POLL = Duration.ofSeconds(10);
  private static final Duration CLOSE = Duration.ofSeconds(3);

  private final TopicReader<PolicyVersion> reader;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closing;

  /** Hears of versions, on the feed's thread. */
  public interface Listener {
    /** A version was announced, perhaps not for the first time. */
    void announced(PolicyVersion version);

    /** Following ended: nothing more will be announced. Not called after {@link #close}. */
    void failed(Throwable cause);
  }

  private PolicyFeed(TopicReader<PolicyVersion> reader, Listener listener) {
    this.reader = reader;
    this.listener = listener;
    thread = new Thread(this::follow, "policy-feed");
    thread.setDaemon(true);
  }

  /** Starts to follow. */
  public static PolicyFeed follow(KafkaConnection kafka, Topics topics, Listener listener) {
    PolicyFeed feed =
        new PolicyFeed(
            new TopicReader<>(
                kafka,
                topics.policyVersions(),
                PolicyVersionCodec::decode,
                IsolationLevel.READ_UNCOMMITTED),
            listener);
    feed.thread.start();
    return feed;
  }

  private void follow() {
    try (reader) {
      while (!closing) {
        reader.poll(POLL).forEach(listener::announced);
      }
    } catch (RuntimeException | Error e) {
      if (!closing) {
        listener.failed(e);
      }
    }
  }

  /** Stops the thread and waits for its end, 3 s at most. */
  @Override
  public void close() {
    closing = true;
    reader.wakeup();
    try {
      thread.join(CLOSE.toMillis());
      if (thread.isAlive()) {
        LOG.warn("the policy feed's thread did not end within {} s", CLOSE.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
