package io.grpostream.rules;

import java.io.Serializable;

/**
 * Which batch and which block a prompt belongs to: "batch k is prompts [kB, (k+1)B)", "block b =
 * prompts [bK, (b+1)K), inside one batch".
 *
 * @param batchGroups B, groups per training step
 * @param blockGroups K, groups that decode together; divides B
 */
public record Batches(int batchGroups, int blockGroups) implements Serializable {
  public Batches {
    if (batchGroups < 1) {
      throw new IllegalArgumentException(
          "batch groups is " + batchGroups + "; it must be at least 1");
    }
    if (blockGroups < 1 || batchGroups % blockGroups != 0) {
      throw new IllegalArgumentException(
          "block groups is "
              + blockGroups
              + "; it must divide batch groups, "
              + batchGroups
              + ", so that a block lies in one batch");
    }
  }

  /** The batch of prompt n. */
  public long batchOf(long number) {
    return Math.floorDiv(number, (long) batchGroups);
  }

  /** The first prompt of batch k. */
  public long first(long batch) {
    return batch * batchGroups;
  }

  /** The first prompt after batch k. */
  public long end(long batch) {
    return first(batch + 1);
  }

  /** Whether prompt n is in batch k. */
  public boolean contains(long batch, long number) {
    return batchOf(number) == batch;
  }

  /** The block of prompt n. */
  public long blockOf(long number) {
    return Math.floorDiv(number, (long) blockGroups);
  }

  /** The first prompt of block b. */
  public long firstOfBlock(long block) {
    return block * blockGroups;
  }
}
