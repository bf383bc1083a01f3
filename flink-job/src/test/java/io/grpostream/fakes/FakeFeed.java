package io.grpostream.fakes;

import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.records.PolicyVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A feed in memory: what was announced before someone follows is heard too, as on a topic read from
 * its beginning.
 */
public final class FakeFeed implements PolicyVersionFeed {
  private static final long serialVersionUID = 1;
  private final transient List<PolicyVersion> announced = new ArrayList<>();
  private final transient List<Consumer<PolicyVersion>> listeners = new ArrayList<>();
  private final transient List<Consumer<Throwable>> brokenListeners = new ArrayList<>();

  @Override
  public Subscription follow(Consumer<PolicyVersion> listener, Consumer<Throwable> broken) {
    brokenListeners.add(broken);
    listeners.add(listener);
    announced.forEach(listener);
    return () -> {
      listeners.remove(listener);
      brokenListeners.remove(broken);
    };
  }

  /** Tells everyone who follows. */
  public void announce(PolicyVersion version) {
    announced.add(version);
    listeners.forEach(listener -> listener.accept(version));
  }

  /** Ends by itself, as a topic does that nobody can read any more. */
  public void breakWith(Throwable cause) {
    brokenListeners.forEach(broken -> broken.accept(cause));
  }
}
