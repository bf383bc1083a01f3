package io.grpostream.operators;

import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.records.PolicyVersion;
import io.grpostream.store.PolicyStore;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which version's weights a sampler has, and where it gets others: from the learner's memory if
 * that is in this process, else from the policy store. Used by the worker's jobs.
 */
final class SamplerWeights {
  private final Sampler sampler;
  private final Handover handover;

  /** What is loaded: a version, or an offer that had no name when it was loaded. */
  private @Nullable PolicyVersion version;

  private Handover.@Nullable Offer offer;

  /** For metrics, which read it from other threads. */
  private volatile long number = -1;

  SamplerWeights(Sampler sampler, Handover handover) {
    this.sampler = sampler;
    this.handover = handover;
  }

  /** Number of the loaded version; −1 before the first. */
  long number() {
    return number;
  }

  /**
   * Makes the sampler draw from weights that are not yet a version, while they are being hashed.
   *
   * @return false if their trainer has gone on; then they are to be had from the store
   */
  boolean use(Handover.Offer offered) throws IOException {
    return offered.equals(offer) || take(offered);
  }

  /**
   * Makes the sampler draw from this version.
   *
   * @throws IOException if it is neither in memory nor in the store, or damaged there
   */
  void use(PolicyVersion wanted) throws IOException {
    if (!has(wanted)) {
      Optional<Handover.Offer> near = handover.of(wanted);
      if (near.isEmpty() || !take(near.get())) {
        try (TensorSource weights = PolicyStore.open(wanted.uri(), wanted.sha256())) {
          sampler.load(weights);
        }
      }
    }
    version = wanted;
    offer = null;
    number = wanted.number();
  }

  private boolean has(PolicyVersion wanted) {
    if (offer != null) {
      return offer.isOf(wanted);
    }
    return version != null && version.sha256().equals(wanted.sha256());
  }

  private boolean take(Handover.Offer offered) throws IOException {
    Optional<TensorSource> taken = offered.take();
    if (taken.isEmpty()) {
      return false;
    }
    try (TensorSource weights = taken.get()) {
      sampler.load(weights);
    }
    version = null;
    offer = offered;
    number = offered.number();
    return true;
  }
}
