package io.grpostream.operators;

import io.grpostream.records.PolicyVersion;
import java.io.Serializable;
import java.util.function.Consumer;

/**
 * Follows the announcements of policy versions, from the first one ever; the job's own feedback
 * edge.
 */
@FunctionalInterface
public interface PolicyVersionFeed extends Serializable {
  /**
   * Starts following on a thread of its own, which calls both listeners.
   *
   * @param broken hears if following ended by itself: nothing more will be announced, and an
   *     operator must not wait for ever on a dead feed
   * @return ends it when closed
   */
  Subscription follow(Consumer<PolicyVersion> listener, Consumer<Throwable> broken);

  /** A feed being followed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
