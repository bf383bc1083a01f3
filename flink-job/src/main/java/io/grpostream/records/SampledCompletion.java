package io.grpostream.records;

import io.grpostream.policy.sampling.Completion;

/** One sampled answer with its prompt and the version that sampled it. Its id is (n, i). */
public record SampledCompletion(NumberedPrompt prompt, PolicyRef policy, Completion completion) {}
