package ai.djl.pytorch.jni;

import ai.djl.ndarray.types.DataType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * DJL's native methods by raw handle: tensors, values (TorchScript's boxed arguments and results)
 * and modules are addresses that the caller frees. DJL's own classes around them cost microseconds
 * per call and run methods in inference mode only.
 *
 * <p>Nothing but calls passed on; {@link io.grpostream.policy.engine} gives them types.
 */
public final class TorchBridge {
  private static final PyTorchLibrary TORCH = PyTorchLibrary.LIB;
  private static final int[] CPU = {0, -1};
  private static final int STRIDED = 0;

  private TorchBridge() {}

  public static void loadLibrary() {
    LibUtils.loadLibrary();
  }

  /** Off: the profiling executor would compile the first calls anew for every shape. */
  public static void setGraphExecutorOptimize(boolean on) {
    TORCH.setGraphExecutorOptimize(on);
  }

  /** Whether this thread records operations for differentiation. */
  public static void setGradMode(boolean on) {
    TORCH.torchSetGradMode(on);
  }

  public static int getThreads() {
    return TORCH.torchGetNumThreads();
  }

  public static void setThreads(int threads) {
    TORCH.torchSetNumThreads(threads);
  }

  /** Uninitialized memory. */
  @SuppressWarnings("EnumOrdinal") // DJL's native code takes the place in this very enum
  public static long emptyTensor(long[] shape, DataType type) {
    return TORCH.torchEmpty(shape, type.ordinal(), STRIDED, CPU, false);
  }

  public static long[] shape(long tensor) {
    return TORCH.torchSizes(tensor);
  }

  /** The tensor's own memory; it must be contiguous, and must outlive every use of the buffer. */
  public static ByteBuffer memory(long tensor) {
    return TORCH.torchDirectByteBuffer(tensor).order(ByteOrder.LITTLE_ENDIAN);
  }

  public static void freeTensor(long tensor) {
    TORCH.torchDeleteTensor(tensor);
  }

  public static long value(boolean x) {
    return TORCH.iValueFromBool(x);
  }

  public static long value(long x) {
    return TORCH.iValueFromLong(x);
  }

  public static long value(double x) {
    return TORCH.iValueFromDouble(x);
  }

  public static long value(long[] integers) {
    return TORCH.iValueFromLongList(integers);
  }

  public static long valueOfTensor(long tensor) {
    return TORCH.iValueFromTensor(tensor);
  }

  public static long valueOfTensors(long[] tensors) {
    return TORCH.iValueFromTensorList(tensors);
  }

  public static long toTensor(long value) {
    return TORCH.iValueToTensor(value);
  }

  public static long[] toTensors(long value) {
    return TORCH.iValueToTensorList(value);
  }

  public static void freeValue(long value) {
    TORCH.torchDeleteIValue(value);
  }

  /** Loads a TorchScript archive. */
  public static long loadModule(byte[] archive) throws IOException {
    try (ByteArrayInputStream in = new ByteArrayInputStream(archive)) {
      return TORCH.moduleLoad(in, CPU, false, new byte[archive.length], -1);
    }
  }

  /** Runs a method outside inference mode; gradients are recorded if the thread's mode says so. */
  public static long run(long module, String method, long[] values) {
    return TORCH.moduleRunMethod(module, method, values, true, false);
  }

  public static void freeModule(long module) {
    TORCH.torchDeleteModule(module);
  }
}
