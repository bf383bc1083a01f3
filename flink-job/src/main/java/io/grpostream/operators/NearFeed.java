package io.grpostream.operators;

import io.grpostream.records.PolicyVersion;
import java.util.function.Consumer;

/**
 * A feed that hears of this process's own versions at once, and of all others, and of these again,
 * from the feed behind it. Followers take repetitions anyway.
 *
 * @param far the feed that reaches every process
 * @param handover where this process's learner, if it has one, hands its versions over
 */
public record NearFeed(PolicyVersionFeed far, Handover handover) implements PolicyVersionFeed {
  private record Announcements(Consumer<PolicyVersion> versions) implements Handover.Listener {
    @Override
    public void announced(PolicyVersion version) {
      versions.accept(version);
    }
  }

  @Override
  public Subscription follow(Consumer<PolicyVersion> listener, Consumer<Throwable> broken) {
    Subscription near = handover.follow(new Announcements(listener));
    Subscription behind = far.follow(listener, broken);
    return () -> {
      near.close();
      behind.close();
    };
  }
}
