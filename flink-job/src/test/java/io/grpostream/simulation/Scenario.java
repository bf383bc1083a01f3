package io.grpostream.simulation;

import io.grpostream.rules.Batches;
import io.grpostream.rules.GroupMembers;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import java.util.Random;

/**
 * One small run, as its seed decides it.
 *
 * @param seed decides everything: this scenario and every delay and crash
 * @param bug the mistake planted in it
 * @param schedule lockstep or live
 * @param rule maxStaleness 0 to 2, and B
 * @param batches B of 1 to 4, and K
 * @param minibatches updates of a batch
 * @param members G of 2 or 3
 * @param steps N, batches to train
 * @param pureSampling the same version samples the same completions; always so in the product's
 *     lockstep, but the other rules must not need it
 * @param crashes how often the job dies
 * @param crashEvery mean events between chances to die
 * @param checkpointEvery mean events between checkpoints
 */
record Scenario(
    long seed,
    Bug bug,
    Schedule schedule,
    StalenessGate rule,
    Batches batches,
    Minibatches minibatches,
    GroupMembers members,
    int steps,
    boolean pureSampling,
    int crashes,
    int crashEvery,
    int checkpointEvery) {
  private static final int[][] BATCH_AND_BLOCK = {{1, 1}, {2, 1}, {2, 2}, {3, 3}, {4, 2}, {4, 1}};

  static Scenario of(long seed, Bug bug) {
    Random random = new Random(seed);
    int[] sizes = BATCH_AND_BLOCK[random.nextInt(BATCH_AND_BLOCK.length)];
    int batchGroups = sizes[0];
    int minibatches = batchGroups % 2 == 0 && random.nextBoolean() ? 2 : 1;
    return new Scenario(
        seed,
        bug,
        random.nextInt(3) == 0 ? Schedule.LIVE : Schedule.LOCKSTEP,
        new StalenessGate(random.nextInt(3), batchGroups),
        new Batches(batchGroups, sizes[1]),
        new Minibatches(batchGroups, minibatches, 1 + random.nextInt(2)),
        new GroupMembers(2 + random.nextInt(2)),
        3 + random.nextInt(8),
        bug != Bug.SAMPLING_NOT_PURE && random.nextInt(4) > 0,
        random.nextInt(7),
        20 + random.nextInt(200),
        10 + random.nextInt(100));
  }

  boolean has(Bug planted) {
    return bug == planted;
  }

  /** Whether the ledger must be the uninterrupted run's. */
  boolean isReproducible() {
    return schedule == Schedule.LOCKSTEP && (pureSampling || bug == Bug.SAMPLING_NOT_PURE);
  }

  /** Numbers that the run may give. */
  long end() {
    return batches.first(steps);
  }

  long maxStaleness() {
    return rule.maxStaleness();
  }
}
