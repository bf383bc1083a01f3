package ai.djl.pytorch.jni;

import ai.djl.ndarray.types.DataType;
import ai.djl.util.cuda.CudaUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

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

  /** GPUs of this machine that the native library can compute on; 0 if it is one for CPUs. */
  public static int gpus() {
    Set<String> features = new HashSet<>();
    TORCH.torchShowConfig(features);
    return features.contains("CUDA") ? CudaUtils.getGpuCount() : 0;
  }

  /** A device as {@link #to} takes it: its type, and its number or −1. */
  public static int[] device(long tensor) {
    return TORCH.torchDevice(tensor);
  }

  /** The same numbers on a device; the very tensor's memory if it is there already. */
  public static long to(long tensor, int[] device) {
    return TORCH.torchTo(tensor, TORCH.torchDType(tensor), device);
  }

  /** Numbers [from, to) of a contiguous tensor, row by row; they share its memory. */
  public static long flatSlice(long tensor, long from, long to) {
    long flat = TORCH.torchFlatten(tensor, 0, -1);
    try {
      return TORCH.torchSlice(flat, 0, from, to, 1);
    } finally {
      TORCH.torchDeleteTensor(flat);
    }
  }

  public static long copy(long tensor) {
    return TORCH.tensorClone(tensor);
  }

  /** fp32 zeros. */
  @SuppressWarnings("EnumOrdinal") // as emptyTensor
  public static long zeros(long[] shape, int[] device) {
    return TORCH.torchZeros(shape, DataType.FLOAT32.ordinal(), STRIDED, device, false);
  }

  /** Uninitialized memory of the CPU. */
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
