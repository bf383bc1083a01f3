package io.grpostream.operators;

import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.training.WeightsOffer;
import io.grpostream.records.PolicyVersion;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands new policy versions from the learner to the gate and the samplers of the same process: the
 * weights in memory, and the news without Kafka. Other processes hear of a version when its object
 * in the policy store is complete, and read that.
 *
 * <p>It names a place in this process, so that it can travel in the job graph; everything here is
 * safe from any thread.
 *
 * @param run the run whose versions these are
 */
public record Handover(String run) implements Serializable {
  private static final Map<String, Room> ROOMS = new ConcurrentHashMap<>();

  /** Who wants to hear of versions; called on the learner's thread, and must not take long. */
  public interface Listener {
    /** These weights become a version as soon as they are hashed. */
    default void offered(Offer offer) {}

    /** The version has its name. Its object in the store is still being written. */
    default void announced(PolicyVersion version) {}
  }

  /** The weights of one version, and the version once they have been hashed. */
  public static final class Offer {
    private final String lineage;
    private final long number;
    private final long frontier;
    private final WeightsOffer weights;
    private volatile @Nullable PolicyVersion version;

    private Offer(String lineage, long number, long frontier, WeightsOffer weights) {
      this.lineage = lineage;
      this.number = number;
      this.frontier = frontier;
      this.weights = weights;
    }

    /** The lineage that the version is of; empty if that is not known yet. */
    public String lineage() {
      return lineage;
    }

    /** The number that the version has, or will have. */
    public long number() {
      return number;
    }

    /** The frontier that the version has, or will have: all numbers below it have an outcome. */
    public long frontier() {
      return frontier;
    }

    /** The version, once the weights have been hashed. */
    public Optional<PolicyVersion> version() {
      return Optional.ofNullable(version);
    }

    /** Leases the weights; empty once the trainer has gone on. */
    public Optional<TensorSource> take() {
      return weights.take();
    }

    boolean isOf(PolicyVersion asked) {
      PolicyVersion made = version;
      return made != null
          && made.number() == asked.number()
          && made.sha256().equals(asked.sha256());
    }
  }

  private static final class Room {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Offer> newest = new AtomicReference<>();
  }

  /** Offers weights that are about to become a version; the offer before is forgotten. */
  Offer offer(String lineage, long number, long frontier, WeightsOffer weights) {
    Room room = room();
    Offer offer = new Offer(lineage, number, frontier, weights);
    room.newest.set(offer);
    room.listeners.forEach(listener -> listener.offered(offer));
    return offer;
  }

  /** Names an offer's version, and announces it to this process. */
  void announce(Offer offer, PolicyVersion version) {
    offer.version = version;
    room().listeners.forEach(listener -> listener.announced(version));
  }

  /** Forgets an offer, unless a newer one has replaced it: its trainer is about to close. */
  void withdraw(Offer offer) {
    room().newest.compareAndSet(offer, null);
  }

  /** The offer of a version, if it is the newest one made in this process. */
  Optional<Offer> of(PolicyVersion version) {
    return Optional.ofNullable(room().newest.get()).filter(offer -> offer.isOf(version));
  }

  /** Listens from now on, until the subscription is closed. */
  public PolicyVersionFeed.Subscription follow(Listener listener) {
    Room room = room();
    room.listeners.add(listener);
    return () -> room.listeners.remove(listener);
  }

  private Room room() {
    return ROOMS.computeIfAbsent(run, name -> new Room());
  }
}
