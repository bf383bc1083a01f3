package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Leased tensors to be read by name; closing ends the leases. */
public final class LeasedTensors implements TensorSource {
  private final SortedMap<String, TensorLease> leases = new TreeMap<>();
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  /**
   * Takes over the leases.
   *
   * @param prefix is left out of the names
   */
  public LeasedTensors(List<TensorLease> leases, String prefix) {
    for (TensorLease lease : leases) {
      TensorInfo info = lease.info();
      String name = info.name().substring(prefix.length());
      this.leases.put(name, lease);
      this.tensors.put(name, new TensorInfo(name, info.dtype(), info.shape()));
    }
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) {
    lease(name).read(offset, into);
  }

  @Override
  public void pass(String name, long offset, ByteBuffer through, Sink sink) throws IOException {
    lease(name).pass(offset, through, sink);
  }

  private TensorLease lease(String name) {
    TensorLease lease = leases.get(name);
    if (lease == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return lease;
  }

  @Override
  public void close() {
    leases.values().forEach(TensorLease::close);
  }
}
