package io.grpostream.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Collects numbered prompts, which come in order, into "closed blocks: block b = prompts [bK,
 * (b+1)K)". The sequencer's state is what waits here.
 *
 * <p>To restore one, make it empty and add the restored {@link #waiting}.
 */
public final class BlockAssembly<P> {
  private final Batches batches;
  private final ToLongFunction<P> numberOf;
  private final List<P> waiting = new ArrayList<>();

  /**
   * Makes an empty one.
   *
   * @param numberOf a prompt's number
   */
  public BlockAssembly(Batches batches, ToLongFunction<P> numberOf) {
    this.batches = batches;
    this.numberOf = numberOf;
  }

  /**
   * Takes the next prompt in.
   *
   * @return the block's prompts in order of n if this one completes it
   * @throws IllegalStateException if its number does not follow the last one's, or opens a block it
   *     is not the first of
   */
  public Optional<List<P>> add(P prompt) {
    long number = numberOf.applyAsLong(prompt);
    long expected =
        waiting.isEmpty()
            ? batches.firstOfBlock(batches.blockOf(number))
            : numberOf.applyAsLong(waiting.get(0)) + waiting.size();
    if (number != expected) {
      throw new IllegalStateException(
          "prompt " + number + " came where prompt " + expected + " was due in its block");
    }
    waiting.add(prompt);
    if (waiting.size() < batches.blockGroups()) {
      return Optional.empty();
    }
    List<P> block = List.copyOf(waiting);
    waiting.clear();
    return Optional.of(block);
  }

  /** The prompts of the block that is not full yet, in order of n. */
  public List<P> waiting() {
    return List.copyOf(waiting);
  }
}
