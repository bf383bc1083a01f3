package io.grpostream.pretraining;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The demo's problems in disjoint parts: held-out, to be learned with GRPO, to choose pretraining's
 * phases by, and all the rest, which pretraining reads. No unordered pair is in two parts.
 */
final class AdditionTask {
  private final List<Problem> heldOut;
  private final List<Problem> train;
  private final List<Problem> validation;
  private final Set<Integer> reserved = new HashSet<>();

  /**
   * Draws the parts from a seed of their own, so that models of different seeds are measured on the
   * same problems.
   */
  AdditionTask(long seed, int heldOut, int train, int validation) {
    SplittableRandom random = new SplittableRandom(seed);
    this.heldOut = reserve(random, heldOut);
    this.train = reserve(random, train);
    this.validation = reserve(random, validation);
  }

  private List<Problem> reserve(SplittableRandom random, int count) {
    List<Problem> problems = new ArrayList<>();
    while (problems.size() < count) {
      Problem problem = draw(random);
      if (reserved.add(problem.key())) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /** A problem that is in no reserved part. */
  Problem toRead(SplittableRandom random) {
    while (true) {
      Problem problem = draw(random);
      if (!reserved.contains(problem.key())) {
        return problem;
      }
    }
  }

  private static Problem draw(SplittableRandom random) {
    return new Problem(
        random.nextInt(Problem.SMALLEST, Problem.LARGEST + 1),
        random.nextInt(Problem.SMALLEST, Problem.LARGEST + 1));
  }

  List<Problem> heldOut() {
    return heldOut;
  }

  List<Problem> train() {
    return train;
  }

  List<Problem> validation() {
    return validation;
  }
}
