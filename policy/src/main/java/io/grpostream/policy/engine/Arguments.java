package io.grpostream.policy.engine;

import ai.djl.pytorch.jni.TorchBridge;
import java.util.Arrays;

/** The arguments of one native call, in order; frees their boxes when closed, not the tensors. */
final class Arguments implements AutoCloseable {
  private static final int MOST = 24;

  private final long[] values = new long[MOST];
  private final boolean[] lent = new boolean[MOST];
  private int count;

  Arguments tensor(NativeTensor tensor) {
    return add(TorchBridge.valueOfTensor(tensor.handle()));
  }

  Arguments tensors(NativeTensor... tensors) {
    return add(TorchBridge.valueOfTensors(NativeTensor.handles(tensors)));
  }

  Arguments integer(long x) {
    return add(TorchBridge.value(x));
  }

  Arguments integers(long[] x) {
    return add(TorchBridge.value(x));
  }

  Arguments number(double x) {
    return add(TorchBridge.value(x));
  }

  Arguments flag(boolean x) {
    return add(TorchBridge.value(x));
  }

  /** A value that its owner frees. */
  Arguments value(NativeValue value) {
    lent[count] = true;
    return add(value.handle());
  }

  private Arguments add(long value) {
    values[count++] = value;
    return this;
  }

  long[] handles() {
    return Arrays.copyOf(values, count);
  }

  @Override
  public void close() {
    while (count > 0) {
      count--;
      if (!lent[count]) {
        TorchBridge.freeValue(values[count]);
      }
    }
  }
}
