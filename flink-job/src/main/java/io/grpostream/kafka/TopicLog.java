package io.grpostream.kafka;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import java.io.Serializable;
import java.util.function.Predicate;

/** What is committed to a topic of one partition, for a reader who comes back to where he was. */
public interface TopicLog<T> extends AutoCloseable {
  /** Opens one where it is used. */
  @FunctionalInterface
  interface Factory<T> extends Serializable {
    TopicLog<T> open();
  }

  /**
   * Reads from an offset to where the topic ends as this begins, transactions that are open then
   * included: it waits until they are committed or taken back.
   *
   * @param from the offset; 0 is the beginning
   * @param visitor sees each committed record, and says whether to go on
   * @return the offset to go on from
   * @throws StoppedException if the signal came before the end
   */
  long read(long from, Predicate<T> visitor, StopSignal stop) throws StoppedException;

  @Override
  void close();
}
