package io.grpostream.policy.sampling;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the sampler does in Java for each token that it draws, beside the native calls: the token's
 * random number, and whether the completion ends with it. Per token of 16 rows of 64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HostLoopBenchmark {
  private static final int ROWS = 16;
  private static final int TOKENS = 64;
  private static final int PRINTABLE = 95;
  private static final PromptTokens PROMPT = new PromptTokens(7, new int[] {1, 2, 3});

  /** A character per token. */
  private static final TextDecoder CHARACTERS =
      ids -> {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
          text.append((char) (' ' + id));
        }
        return text.toString();
      };

  /** Texts that end a completion; none of them turns up. */
  @Param({"", "\n\n"})
  private String stop = "";

  /** A block decoded to its end; divided by its tokens. */
  @Benchmark
  @OperationsPerInvocation(ROWS * TOKENS)
  public List<Row> block() {
    StopRules rules = new StopRules(settings(), CHARACTERS);
    List<Row> rows = IntStream.range(0, ROWS).mapToObj(i -> new Row(PROMPT, 0, i, TOKENS)).toList();
    for (int t = 0; t < TOKENS; t++) {
      for (Row row : rows) {
        float uniform = CounterRandom.uniform(1, PROMPT.number(), row.index(), t);
        row.add((int) (uniform * PRINTABLE), uniform, rules);
      }
    }
    return rows;
  }

  private SamplingSettings settings() {
    List<String> stops = stop.isEmpty() ? List.of() : List.of(stop);
    return new SamplingSettings(ROWS, TOKENS, 1, false, 0, 1, 0, 1, List.of(-1), stops, 1);
  }
}
