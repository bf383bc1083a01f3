package io.grpostream.policy.engine;

import java.util.stream.Stream;

/**
 * A policy's weights as the learner takes them. Either all are trained, or the base's are frozen
 * and the adapters beside them are trained.
 *
 * @param frozen the base's tensors in their layout's order; empty if all are trained
 * @param trained the tensors that gradients are taken of, in their layout's order
 */
public record PolicyWeights(NativeTensor[] frozen, NativeTensor[] trained) {
  /** All of them are trained. */
  public static PolicyWeights whole(NativeTensor[] trained) {
    return new PolicyWeights(new NativeTensor[0], trained);
  }

  /** Everything that a forward pass needs, in the order of {@code policy.py}. */
  NativeTensor[] all() {
    return concatenate(frozen, trained);
  }

  static NativeTensor[] concatenate(NativeTensor[] first, NativeTensor[] second) {
    return Stream.of(first, second).flatMap(Stream::of).toArray(NativeTensor[]::new);
  }
}
