package io.grpostream.simulation;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.sampling.CounterRandom;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Group;
import java.util.List;

/**
 * A policy whose weights are one 64-bit number: what it samples is a function of weights, prompt
 * and index, and what it becomes is a function of weights and groups, so that any difference
 * anywhere shows in every hash after it.
 */
final class FakePolicy {
  /** Version 0. */
  static final String BASE = "base";

  private FakePolicy() {}

  /** A completion's tokens. */
  static long sample(String hash, long number, int index, long salt) {
    return CounterRandom.bits(hash.hashCode(), number, index, salt);
  }

  /** 0 or 1, so that many a group is uninformative. */
  static double reward(long content) {
    return content & 1;
  }

  /** One update; without a gradient the weights stay. */
  static String update(String weights, List<Group> minibatch) {
    long mixed = weights.hashCode();
    boolean stepped = false;
    for (Group group : minibatch) {
      double[] rewards = group.answers().stream().mapToDouble(a -> reward(a.content())).toArray();
      stepped |= !Advantages.of(rewards).uninformative();
      for (Answer answer : group.answers()) {
        mixed = CounterRandom.bits(mixed, answer.number(), answer.index(), answer.content());
      }
    }
    return stepped ? Long.toHexString(mixed) : weights;
  }
}
