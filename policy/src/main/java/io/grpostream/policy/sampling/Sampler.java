package io.grpostream.policy.sampling;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.util.List;

/** Samples groups of completions with one policy version at a time. Used by one thread. */
public interface Sampler extends AutoCloseable {
  /**
   * Makes these weights (trained tensors by Hugging Face name, any float dtype) the ones that
   * sample; copies what it needs, so the source may be closed after.
   */
  void load(TensorSource weights) throws IOException;

  /**
   * Samples a closed block: the result is a pure function of weights, block, settings and seed. The
   * random number for token t of completion i of prompt n is {@link CounterRandom}'s for (seed, n,
   * i, t).
   *
   * @return for each prompt, in order, its G completions by index
   * @throws StoppedException if told to stop; nothing was sampled
   */
  List<List<Completion>> sample(
      List<PromptTokens> block, SamplingSettings settings, StopSignal stop) throws StoppedException;

  @Override
  void close();
}
