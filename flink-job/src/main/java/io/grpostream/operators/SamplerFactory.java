package io.grpostream.operators;

import io.grpostream.policy.sampling.Sampler;
import java.io.Serializable;

/** Makes a sampler on the TaskManager, where the native library and the checkpoint are. */
@FunctionalInterface
public interface SamplerFactory extends Serializable {
  Sampler create(Seat seat);
}
