package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.NativeWeights;
import io.grpostream.policy.engine.WeightLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * The trainer's weights as they were when leased: by name, as any source has them, and as the
 * native tensors themselves. Closing ends the leases.
 *
 * @param leases one per Hugging Face name
 * @param slots the tensors that the leases are of, in the layout's order
 */
record LeasedWeights(TensorSource leases, WeightLayout layout, NativeTensor[] slots)
    implements NativeWeights {
  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return leases.tensors();
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) throws IOException {
    leases.read(name, offset, into);
  }

  @Override
  public void pass(String name, long offset, ByteBuffer through, Sink sink) throws IOException {
    leases.pass(name, offset, through, sink);
  }

  @Override
  public void close() throws IOException {
    leases.close();
  }
}
