package io.grpostream.operators;

import io.grpostream.policy.training.LeasedTensors;
import io.grpostream.policy.training.TensorLease;
import io.grpostream.policy.training.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;

/**
 * The learner's weights and moments as Flink state: one map entry per tensor under a constant key,
 * because keyed state is what Flink snapshots without copying and restores without reading byte by
 * byte. An entry is a lease, which ends when its bytes are written, or when its checkpoint is known
 * to have ended.
 */
final class LearnerTensors implements AutoCloseable {
  private final MapState<Integer, TensorLease> state;
  private final Map<Long, List<TensorLease>> inFlight = new HashMap<>();
  private final SnapshotGauges gauges;

  LearnerTensors(KeyedStateStore store, SnapshotGauges gauges) {
    this.gauges = gauges;
    state =
        store.getMapState(
            new MapStateDescriptor<>(
                "tensors", IntSerializer.INSTANCE, TensorLeaseSerializer.INSTANCE));
  }

  /** Hands the restored tensors to the trainer and lets go of them. */
  void restoreInto(Trainer trainer, long optimizerSteps) throws Exception {
    List<TensorLease> restored = new ArrayList<>();
    state.values().forEach(restored::add);
    if (restored.isEmpty()) {
      throw new IOException("the restored state has no weights; it is not this job's");
    }
    try (LeasedTensors source = new LeasedTensors(restored, "")) {
      trainer.restore(source, optimizerSteps);
    }
    state.clear();
  }

  /** Puts the leases into the state, for the snapshot that Flink takes next. */
  void snapshot(long checkpointId, List<TensorLease> leases) throws Exception {
    List<TensorLease> watched = gauges.watched(leases);
    inFlight.put(checkpointId, watched);
    for (int i = 0; i < watched.size(); i++) {
      state.put(i, watched.get(i));
    }
  }

  /** Ends the leases of a checkpoint that completed or was aborted. */
  void ended(long checkpointId) {
    List<TensorLease> ended = inFlight.remove(checkpointId);
    if (ended != null) {
      ended.forEach(TensorLease::close);
    }
  }

  @Override
  public void close() {
    inFlight.values().forEach(ended -> ended.forEach(TensorLease::close));
    inFlight.clear();
  }
}
