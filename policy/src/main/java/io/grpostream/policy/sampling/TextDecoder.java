package io.grpostream.policy.sampling;

/** Makes a completion's text from its token ids, without special tokens. */
@FunctionalInterface
public interface TextDecoder extends AutoCloseable {
  String decode(int[] ids);

  /** Frees what it decodes with; for most there is nothing to free. */
  @Override
  default void close() {}
}
