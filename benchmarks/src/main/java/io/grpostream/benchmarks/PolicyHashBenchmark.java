package io.grpostream.benchmarks;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The hash of its version's weights that every ledger record bears. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PolicyHashBenchmark {
  private final TensorSource weights = new Weights();

  /** Of 64 MiB of weights; SmolLM2-135M has eight times as much. */
  @Benchmark
  public String hash() throws IOException {
    return PolicyHash.sha256(weights);
  }

  /** One matrix of 64 MiB in memory. */
  private static final class Weights implements TensorSource {
    private static final TensorInfo MATRIX =
        new TensorInfo("matrix", DType.F32, List.of(4096L, 4096L));

    private final byte[] bytes = new byte[(int) MATRIX.byteLength()];

    @Override
    public SortedMap<String, TensorInfo> tensors() {
      return Collections.unmodifiableSortedMap(new TreeMap<>(Map.of("matrix", MATRIX)));
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) {
      into.put(bytes, (int) offset, into.remaining());
    }

    @Override
    public void close() {}
  }
}
