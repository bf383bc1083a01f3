package io.grpostream.operators;

import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.training.TensorLease;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.MetricGroup;

/**
 * What snapshots of the learner's tensors cost, as Flink metrics: of the last one that was written,
 * and of the restore that this life began with. NaN, and 0 bytes, where there was none.
 */
final class SnapshotGauges {
  private volatile long bytes;
  private volatile double syncMillis = Double.NaN;
  private volatile double asyncSeconds = Double.NaN;
  private volatile double restoreSeconds = Double.NaN;

  SnapshotGauges(MetricGroup group) {
    group.gauge("snapshotBytes", () -> bytes);
    group.gauge("snapshotSyncMillis", () -> syncMillis);
    group.gauge("snapshotAsyncSeconds", () -> asyncSeconds);
    group.gauge("restoreSeconds", () -> restoreSeconds);
  }

  /** The weights are back, this long after the task began to set up. */
  void restored(long beganNanos) {
    restoreSeconds = secondsSince(beganNanos);
  }

  /** The task thread has done its part of a snapshot. */
  void synchronousPart(long beganNanos) {
    syncMillis = secondsSince(beganNanos) * 1e3;
  }

  /**
   * Leases that tell when the last of them has been written. One that ends without being read was
   * of a snapshot that was given up, and does not count.
   */
  List<TensorLease> watched(List<TensorLease> leases) {
    Writing writing = new Writing(leases);
    return leases.stream().<TensorLease>map(lease -> new Watched(lease, writing)).toList();
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /** One snapshot on its way to the disk. */
  private final class Writing {
    private final long beganNanos = System.nanoTime();
    private final AtomicInteger left;
    private final long size;

    Writing(List<TensorLease> leases) {
      left = new AtomicInteger(leases.size());
      size = leases.stream().mapToLong(lease -> lease.info().byteLength()).sum();
    }

    void written() {
      if (left.decrementAndGet() == 0) {
        asyncSeconds = secondsSince(beganNanos);
        bytes = size;
      }
    }
  }

  /** A lease whose last byte, when it has been read, was written. */
  private record Watched(TensorLease lease, Writing writing) implements TensorLease {
    @Override
    public TensorInfo info() {
      return lease.info();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      long end = offset + into.remaining();
      lease.read(offset, into);
      if (end == info().byteLength()) {
        writing.written();
      }
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
