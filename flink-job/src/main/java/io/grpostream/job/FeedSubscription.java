package io.grpostream.job;

import io.grpostream.kafka.PolicyFeed;
import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.records.PolicyVersion;
import java.util.function.Consumer;

/** The policy-versions topic, followed for an operator. */
record FeedSubscription(PolicyFeed feed) implements PolicyVersionFeed.Subscription {
  /** Passes on what the feed's thread hears. */
  record Listener(Consumer<PolicyVersion> versions, Consumer<Throwable> broken)
      implements PolicyFeed.Listener {
    @Override
    public void announced(PolicyVersion version) {
      versions.accept(version);
    }

    @Override
    public void failed(Throwable cause) {
      broken.accept(cause);
    }
  }

  @Override
  public void close() {
    feed.close();
  }
}
