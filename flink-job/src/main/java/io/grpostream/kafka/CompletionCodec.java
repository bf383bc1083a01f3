package io.grpostream.kafka;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.Prompt;
import io.grpostream.records.SampledCompletion;

/**
 * A {@link SampledCompletion} as a record of the topic completions. One way: callers and raters
 * read it, the pipeline does not.
 */
public final class CompletionCodec {
  static final SingleObject<io.grpostream.avro.Completion> AVRO =
      new SingleObject<>(io.grpostream.avro.Completion.class);

  private CompletionCodec() {}

  public static byte[] encode(SampledCompletion sampled) {
    Prompt prompt = sampled.prompt().prompt();
    PolicyRef policy = sampled.policy();
    Completion completion = sampled.completion();
    return AVRO.encode(
        io.grpostream.avro.Completion.newBuilder()
            .setNumber(sampled.prompt().number())
            .setIndex(completion.index())
            .setTopic(prompt.at().topic())
            .setPartition(prompt.at().partition())
            .setOffset(prompt.at().offset())
            .setPrompt(prompt.text())
            .setFields(AvroValues.sorted(prompt.fields()))
            .setText(completion.text())
            .setIds(AvroValues.boxed(completion.ids()))
            .setLogprobs(AvroValues.boxed(completion.logprobs()))
            .setFinishReason(completion.finishReason().name())
            .setPolicyNumber(policy.number())
            .setPolicySha256(policy.sha256())
            .setLineage(policy.lineage())
            .build());
  }
}
