package io.grpostream.kafka;

import io.grpostream.avro.Rollout;
import io.grpostream.avro.RolloutCompletion;
import io.grpostream.avro.RolloutHeader;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.Header;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.Prompt;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A {@link Group} as a record of the topic rollouts, and back: nothing is lost. */
public final class RolloutCodec {
  static final SingleObject<Rollout> AVRO = new SingleObject<>(Rollout.class);

  private RolloutCodec() {}

  public static byte[] encode(Group group) {
    Prompt prompt = group.prompt().prompt();
    List<RolloutHeader> headers = new ArrayList<>();
    for (Header header : prompt.headers()) {
      headers.add(new RolloutHeader(header.name(), ByteBuffer.wrap(header.value())));
    }
    List<RolloutCompletion> completions = new ArrayList<>();
    for (int i = 0; i < group.completions().size(); i++) {
      completions.add(toAvro(group.completions().get(i), group.advantages()[i]));
    }
    return AVRO.encode(
        Rollout.newBuilder()
            .setNumber(group.number())
            .setTopic(prompt.at().topic())
            .setPartition(prompt.at().partition())
            .setOffset(prompt.at().offset())
            .setKey(ByteBuffer.wrap(prompt.key()))
            .setHeaders(headers)
            .setPrompt(prompt.text())
            .setFields(AvroValues.sorted(prompt.fields()))
            .setPromptIds(AvroValues.boxed(prompt.ids()))
            .setPolicyNumber(group.policy().number())
            .setPolicySha256(group.policy().sha256())
            .setLineage(group.policy().lineage())
            .setCompletions(completions)
            .setUninformative(group.uninformative())
            .build());
  }

  private static RolloutCompletion toAvro(ScoredCompletion scored, double advantage) {
    Completion completion = scored.sampled().completion();
    return RolloutCompletion.newBuilder()
        .setText(completion.text())
        .setIds(AvroValues.boxed(completion.ids()))
        .setLogprobs(AvroValues.boxed(completion.logprobs()))
        .setFinishReason(completion.finishReason().name())
        .setRewards(AvroValues.nullable(scored.rewards()))
        .setReward(AvroValues.nullable(scored.reward()))
        .setAdvantage(advantage)
        .build();
  }

  public static Group decode(byte[] bytes) throws UndecodableException {
    return fromAvro(AVRO.decode(bytes));
  }

  static Group fromAvro(Rollout avro) throws UndecodableException {
    NumberedPrompt prompt = new NumberedPrompt(avro.getNumber(), prompt(avro));
    PolicyRef policy =
        new PolicyRef(avro.getLineage(), avro.getPolicyNumber(), avro.getPolicySha256());
    List<ScoredCompletion> completions = new ArrayList<>();
    double[] advantages = new double[avro.getCompletions().size()];
    for (RolloutCompletion completion : avro.getCompletions()) {
      int index = completions.size();
      advantages[index] = completion.getAdvantage();
      completions.add(
          new ScoredCompletion(
              new SampledCompletion(prompt, policy, completion(index, completion)),
              AvroValues.doubles(completion.getRewards()),
              AvroValues.orNaN(completion.getReward())));
    }
    return new Group(prompt, policy, completions, advantages, avro.getUninformative());
  }

  private static Prompt prompt(Rollout avro) {
    List<Header> headers = new ArrayList<>();
    for (RolloutHeader header : avro.getHeaders()) {
      headers.add(new Header(header.getName(), AvroValues.bytes(header.getValue())));
    }
    return new Prompt(
        new Coordinates(avro.getTopic(), avro.getPartition(), avro.getOffset()),
        AvroValues.bytes(avro.getKey()),
        headers,
        avro.getPrompt(),
        AvroValues.sorted(avro.getFields()),
        AvroValues.ints(avro.getPromptIds()));
  }

  private static Completion completion(int index, RolloutCompletion avro)
      throws UndecodableException {
    if (avro.getIds().size() != avro.getLogprobs().size()) {
      throw new UndecodableException(
          "completion %d has %d token ids and %d log-probs"
              .formatted(index, avro.getIds().size(), avro.getLogprobs().size()));
    }
    return new Completion(
        index,
        AvroValues.ints(avro.getIds()),
        AvroValues.floats(avro.getLogprobs()),
        avro.getText(),
        AvroValues.constant(FinishReason.class, avro.getFinishReason()));
  }
}
