package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorSource;
import java.util.Optional;

/**
 * The trainer's weights as they were at one moment, for samplers of the same process. An offer
 * holds nothing: it ends when the weights change, and costs the optimizer no copy unless someone is
 * reading just then.
 */
@FunctionalInterface
public interface WeightsOffer {
  /** Leases the weights, if they are still those of the offer; the caller closes them. */
  Optional<TensorSource> take();
}
