package io.grpostream.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Collects groups, which come in any order, into batches. "Groups train in order of n": the next
 * batch is ready when all of its B groups are here, and leaves when it has been trained; until then
 * its groups are state.
 *
 * <p>To restore one, make it with the restored {@link #nextBatch} and add the restored {@link
 * #waiting}.
 */
public final class BatchAssembly<G> {
  private final Batches batches;
  private final ToLongFunction<G> numberOf;
  private final TreeMap<Long, G> waiting = new TreeMap<>();
  private long nextBatch;

  /**
   * Makes an empty one.
   *
   * @param numberOf a group's prompt number
   * @param nextBatch the batch to train next; all before it are trained
   */
  public BatchAssembly(Batches batches, ToLongFunction<G> numberOf, long nextBatch) {
    this.batches = batches;
    this.numberOf = numberOf;
    this.nextBatch = nextBatch;
  }

  /**
   * Takes a group in.
   *
   * @throws IllegalStateException if its number is already waiting or already trained
   */
  public void add(G group) {
    long number = numberOf.applyAsLong(group);
    if (number < batches.first(nextBatch)) {
      throw new IllegalStateException(
          "group "
              + number
              + " came again: it is of batch "
              + batches.batchOf(number)
              + ", and all before batch "
              + nextBatch
              + " are trained");
    }
    if (waiting.putIfAbsent(number, group) != null) {
      throw new IllegalStateException("group " + number + " came twice; it is already waiting");
    }
  }

  /** The next batch's groups in order of n, if all are here. They stay until {@link #finish}. */
  public Optional<List<G>> ready() {
    return isComplete(nextBatch)
        ? Optional.of(List.copyOf(members(nextBatch).values()))
        : Optional.empty();
  }

  /** Whether all groups of a batch, the next one or a later one, are here. */
  public boolean isComplete(long batch) {
    return members(batch).size() == batches.batchGroups();
  }

  private SortedMap<Long, G> members(long batch) {
    return waiting.subMap(batches.first(batch), batches.end(batch));
  }

  /**
   * The next batch has been trained: its groups leave, and the one after it is next.
   *
   * @throws IllegalStateException if it was not ready
   */
  public void finish() {
    if (ready().isEmpty()) {
      throw new IllegalStateException("batch " + nextBatch + " cannot end before it is complete");
    }
    waiting.headMap(batches.end(nextBatch)).clear();
    nextBatch++;
  }

  /** The batch to train next. */
  public long nextBatch() {
    return nextBatch;
  }

  /** All groups that are here, in order of n, those of a ready batch included. */
  public List<G> waiting() {
    return new ArrayList<>(waiting.values());
  }
}
