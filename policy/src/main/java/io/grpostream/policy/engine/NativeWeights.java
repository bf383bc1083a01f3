package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.TensorSource;

/**
 * Weights that already lie in native memory in a program's layout, so that another program of this
 * process can compute with them, or pack them, without reading them piece by piece.
 */
public interface NativeWeights extends TensorSource {
  WeightLayout layout();

  /**
   * The layout's slots in its order, fp32. They are somebody else's: read them while this source is
   * open, write and close none of them.
   */
  NativeTensor[] slots();
}
