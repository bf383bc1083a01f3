package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.training.TensorLease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Sizes and times of snapshots as the metrics say them, with the serializer that writes them. */
class SnapshotGaugesTest {
  private final Map<String, Gauge<?>> named = new HashMap<>();
  private final SnapshotGauges gauges =
      new SnapshotGauges(
          new UnregisteredMetricsGroup() {
            @Override
            public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
              named.put(name, gauge);
              return gauge;
            }
          });

  /** So many zeros. */
  private record Zeros(TensorInfo info) implements TensorLease {
    Zeros(long count) {
      this(new TensorInfo("zeros", DType.F32, List.of(count)));
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      into.position(into.limit());
    }

    @Override
    public void close() {}
  }

  private double value(String name) {
    return ((Number) Objects.requireNonNull(named.get(name)).getValue()).doubleValue();
  }

  private static void write(TensorLease lease) throws IOException {
    TensorLeaseSerializer.INSTANCE.serialize(lease, new DataOutputSerializer(64));
  }

  @Test
  void aSnapshotCountsWhenItsLastTensorIsWritten() throws Exception {
    List<TensorLease> leases = gauges.watched(List.of(new Zeros(3), new Zeros(100_000)));
    Thread.sleep(20);
    write(leases.get(1));
    assertEquals(0, value("snapshotBytes"));
    assertTrue(Double.isNaN(value("snapshotAsyncSeconds")));
    write(leases.get(0));
    assertEquals(400_012, value("snapshotBytes"));
    assertTrue(value("snapshotAsyncSeconds") >= 0.02);
  }

  @Test
  void oneThatIsGivenUpDoesNot() throws Exception {
    List<TensorLease> leases = gauges.watched(List.of(new Zeros(3), new Zeros(5)));
    write(leases.get(0));
    leases.forEach(TensorLease::close);
    assertEquals(0, value("snapshotBytes"));
    write(gauges.watched(List.of(new Zeros(7))).get(0));
    assertEquals(28, value("snapshotBytes"));
  }

  @Test
  void timesAreInTheUnitsThatTheirNamesSay() throws Exception {
    assertTrue(Double.isNaN(value("restoreSeconds")));
    long began = System.nanoTime();
    Thread.sleep(20);
    gauges.synchronousPart(began);
    gauges.restored(began);
    double millis = value("snapshotSyncMillis");
    assertTrue(millis >= 20 && millis < 10_000, "" + millis);
    double seconds = value("restoreSeconds");
    assertTrue(seconds >= 0.02 && seconds < 10, "" + seconds);
  }
}
