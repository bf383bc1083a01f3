package io.grpostream.rules;

import java.io.Serializable;
import java.util.List;

/**
 * Which groups an update trains on: "a minibatch is consecutive whole groups", and a batch gets mu
 * × minibatches updates, each pass over the batch in the same order.
 *
 * @param batchGroups B, groups per training step
 * @param minibatches minibatches per pass; divides B
 * @param updatesPerBatch mu, passes over a batch
 */
public record Minibatches(int batchGroups, int minibatches, int updatesPerBatch)
    implements Serializable {
  public Minibatches {
    if (minibatches < 1 || batchGroups % minibatches != 0) {
      throw new IllegalArgumentException(
          "minibatches is "
              + minibatches
              + "; it must divide batch groups, "
              + batchGroups
              + ", so that every minibatch has the same number of whole groups");
    }
    if (updatesPerBatch < 1) {
      throw new IllegalArgumentException(
          "updates per batch is " + updatesPerBatch + "; it must be at least 1");
    }
  }

  /** Optimizer steps that a batch gets. */
  public int updates() {
    return minibatches * updatesPerBatch;
  }

  /**
   * The groups of one update.
   *
   * @param batch all B groups in order of n
   * @param update 0 to {@link #updates} − 1
   */
  public <G> List<G> groupsOf(List<G> batch, int update) {
    if (batch.size() != batchGroups || update < 0 || update >= updates()) {
      throw new IllegalArgumentException(
          "update %d of a batch of %d groups; there are %d updates of %d groups"
              .formatted(update, batch.size(), updates(), batchGroups));
    }
    int size = batchGroups / minibatches;
    int first = update % minibatches * size;
    return batch.subList(first, first + size);
  }
}
