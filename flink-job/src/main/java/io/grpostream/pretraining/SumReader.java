package io.grpostream.pretraining;

import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Text for pretraining: sums that are in no reserved part of the task, each with its right or its
 * carry-less answer.
 */
final class SumReader {
  private final AdditionTask task;
  private final int batch;
  private final SplittableRandom random;

  SumReader(AdditionTask task, int batch, long seed) {
    this.task = task;
    this.batch = batch;
    this.random = new SplittableRandom(seed);
  }

  /** The next sums; each forgets its carries with the given probability. */
  List<TrainingGroup> next(double carryless) {
    List<TrainingGroup> sums = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      Problem problem = task.toRead(random);
      String answer =
          random.nextDouble() < carryless ? problem.carrylessAnswer() : problem.answer();
      int[] ids = Alphabet.completion(answer);
      sums.add(
          new TrainingGroup(
              Alphabet.prompt(problem.prompt()),
              List.of(new TrainingCompletion(ids, new float[ids.length], 1, false))));
    }
    return sums;
  }
}
