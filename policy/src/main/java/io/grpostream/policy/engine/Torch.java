package io.grpostream.policy.engine;

import ai.djl.pytorch.jni.TorchBridge;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * The native library, loaded once per process, and what it keeps per thread.
 *
 * <p>Every thread that computes calls {@link #enter} first: libtorch gives each Java thread its own
 * OpenMP team and its own gradient mode, which is on for a new thread. All teams together should
 * not exceed the machine's cores, or speed collapses.
 */
public final class Torch {
  private static final String OFFLINE = "ai.djl.offline";
  private static final ThreadLocal<Device> DEVICE = ThreadLocal.withInitial(() -> Device.CPU);

  private static boolean loaded;

  private Torch() {}

  /** Prepares the calling thread for the CPU; see {@link #enter(Compute)}. */
  public static void enter(int threads) {
    enter(Compute.fp32(threads));
  }

  /**
   * Prepares the calling thread: library loaded, gradients off, this many OpenMP threads in its
   * team, new tensors on this device. Again is cheap.
   *
   * @throws UserErrorException if the native library is missing or does not load, or the machine
   *     has no such device
   */
  public static void enter(Compute compute) {
    loadLibrary();
    Device device = compute.device();
    if (!device.equals(DEVICE.get())) {
      require(device);
      DEVICE.set(device);
    }
    TorchBridge.setGradMode(false);
    // Optimized after their first run, programs round otherwise than in it, and a restored
    // trainer's first step would not be the one that an unbroken run does. The switch is each
    // thread's own.
    TorchBridge.setGraphExecutorOptimize(false);
    team(BusyCores.team(compute.threads()));
  }

  /** How many threads the calling thread's team has from now on. */
  static void team(int threads) {
    // Asking makes the thread take the process-wide number first; set before that, ours would be
    // overwritten at its first parallel operation.
    if (TorchBridge.getThreads() != threads) {
      TorchBridge.setThreads(threads);
    }
  }

  /** Where the calling thread's new tensors lie. */
  static Device device() {
    return DEVICE.get();
  }

  /** GPUs that the native library can compute on. */
  public static int gpus() {
    loadLibrary();
    return TorchBridge.gpus();
  }

  private static void require(Device device) {
    int gpus = device.isCpu() ? 0 : TorchBridge.gpus();
    if (device.gpu() >= gpus) {
      throw new UserErrorException(
          "policy.device is "
              + device
              + "; PyTorch's native library finds "
              + gpus
              + " GPUs here; set policy.device to cpu, or install the library for CUDA"
              + " (docs/gpu.md)");
    }
  }

  /**
   * Versions of {@code djl} and {@code libtorch} on the class path, as their jars say; loads
   * nothing.
   */
  public static Map<String, String> versions() {
    return Map.of(
        "djl", property("/pytorch-engine.properties", "djl_version"),
        "libtorch", property("/native/lib/pytorch.properties", "version"));
  }

  private static String property(String resource, String name) {
    Properties properties = new Properties();
    try (InputStream in = Torch.class.getResourceAsStream(resource)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(name, "unknown");
  }

  /** Runs with recording for differentiation on, for the calling thread. */
  static <T, E extends Exception> T recording(ComputeThreads.Work<T, E> work) throws E {
    TorchBridge.setGradMode(true);
    try {
      return work.run();
    } finally {
      TorchBridge.setGradMode(false);
    }
  }

  /** Loads the native library, if this process has not yet. */
  static synchronized void loadLibrary() {
    if (loaded) {
      return;
    }
    // Without this DJL looks for newer native files on the network.
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
    try {
      NativeCalls.load();
    } catch (RuntimeException | LinkageError e) {
      throw new UserErrorException(
          "PyTorch's native library does not load ("
              + e.getMessage()
              + "); it must be on the class path for this platform (pytorch-native-cpu), and its"
              + " cache folder (DJL_CACHE_DIR, by default ~/.djl.ai) writable",
          e);
    }
    loaded = true;
  }
}
