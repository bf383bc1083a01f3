package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.SampledCompletion;
import java.util.ArrayList;
import java.util.List;

/** A block of prompts made into answers, all by one policy version. */
public final class BlockSampling {
  private BlockSampling() {}

  /**
   * Samples a block.
   *
   * @param sampler has the policy's weights
   * @return the answers to each prompt, in the block's order and by index
   * @throws StoppedException if told to stop; nothing was sampled
   */
  public static List<List<SampledCompletion>> sample(
      Sampler sampler,
      PromptBlock block,
      PolicyRef policy,
      SamplingSettings settings,
      StopSignal stop)
      throws StoppedException {
    return of(block, policy, completions(sampler, block, settings, stop));
  }

  /** The same without the name of their policy, which may not be known yet. */
  static List<List<Completion>> completions(
      Sampler sampler, PromptBlock block, SamplingSettings settings, StopSignal stop)
      throws StoppedException {
    List<PromptTokens> tokens =
        block.prompts().stream().map(p -> new PromptTokens(p.number(), p.prompt().ids())).toList();
    return sampler.sample(tokens, settings, stop);
  }

  /** Completions of a block, as this policy's. */
  static List<List<SampledCompletion>> of(
      PromptBlock block, PolicyRef policy, List<List<Completion>> completions) {
    List<List<SampledCompletion>> sampled = new ArrayList<>();
    for (int p = 0; p < completions.size(); p++) {
      NumberedPrompt prompt = block.prompts().get(p);
      sampled.add(
          completions.get(p).stream()
              .map(completion -> new SampledCompletion(prompt, policy, completion))
              .toList());
    }
    return sampled;
  }
}
