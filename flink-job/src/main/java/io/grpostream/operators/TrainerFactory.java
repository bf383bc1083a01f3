package io.grpostream.operators;

import io.grpostream.policy.training.Trainer;
import java.io.Serializable;

/** Makes a trainer holding the base checkpoint's weights, on the TaskManager. */
@FunctionalInterface
public interface TrainerFactory extends Serializable {
  Trainer create(Seat seat);
}
