package io.grpostream.benchmarks;

import io.grpostream.avro.Prompt;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.kafka.PromptLimits;
import io.grpostream.kafka.PromptMessage;
import io.grpostream.kafka.PromptTokenizer;
import io.grpostream.kafka.RolloutCodec;
import io.grpostream.kafka.UndecodableException;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.RawRecord;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Avro records made into the pipeline's own: a prompt, and a rollout of 8 × 64 tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AvroDecodeBenchmark {
  private static final int GROUP = 8;
  private static final int TOKENS = 64;
  private static final String QUESTION = "What is 17 + 25? Answer with the number only.";
  private static final Coordinates AT = new Coordinates("prompts", 0, 0);

  /** A token per character, so that decoding is measured and not the tokenizer. */
  private static final PromptTokenizer CHARACTERS =
      new PromptTokenizer() {
        @Override
        public int[] encode(String text, boolean rendered) {
          return text.chars().toArray();
        }

        @Override
        public String renderChat(List<PromptMessage> messages) {
          throw new UnsupportedOperationException("the benchmark's prompts are plain text");
        }
      };

  private final PromptDecoder decoder =
      new PromptDecoder(CHARACTERS, new PromptLimits(TOKENS, 1 << 20));
  private final byte[] rollout = RolloutCodec.encode(group());
  private RawRecord prompt = new RawRecord(AT, new byte[0], List.of(), new byte[0]);

  /** Encodes the prompt as a producer would. */
  @Setup
  public void encode() throws IOException {
    ByteBuffer bytes =
        Prompt.getEncoder()
            .encode(
                Prompt.newBuilder().setPrompt(QUESTION).setFields(Map.of("answer", "42")).build());
    byte[] value = new byte[bytes.remaining()];
    bytes.get(value);
    prompt = new RawRecord(AT, new byte[0], List.of(), value);
  }

  /** What the decode operator does with a record, but for the tokenizer. */
  @Benchmark
  public PromptDecoder.Result prompt() {
    return decoder.decode(prompt);
  }

  /** What a replay does with a record. */
  @Benchmark
  public Group rollout() throws UndecodableException {
    return RolloutCodec.decode(rollout);
  }

  private static Group group() {
    NumberedPrompt numbered =
        new NumberedPrompt(
            0,
            new io.grpostream.records.Prompt(
                AT, new byte[0], List.of(), QUESTION, Map.of("answer", "42"), new int[TOKENS]));
    PolicyRef policy = new PolicyRef("lineage", 0, "0".repeat(64));
    List<ScoredCompletion> completions =
        IntStream.range(0, GROUP)
            .mapToObj(i -> scored(new SampledCompletion(numbered, policy, completion(i))))
            .toList();
    return new Group(numbered, policy, completions, new double[GROUP], false);
  }

  private static Completion completion(int index) {
    return new Completion(
        index, new int[TOKENS], new float[TOKENS], "42".repeat(TOKENS), FinishReason.LENGTH);
  }

  private static ScoredCompletion scored(SampledCompletion sampled) {
    return new ScoredCompletion(sampled, new double[] {1}, 1);
  }
}
