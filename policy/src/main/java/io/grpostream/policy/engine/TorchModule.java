package io.grpostream.policy.engine;

import ai.djl.pytorch.jni.TorchBridge;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A loaded TorchScript module. Its methods are pure functions: any thread may call them. */
final class TorchModule implements AutoCloseable {
  private long handle;

  /** Loads an archive; the calling thread must have entered {@link Torch}. */
  TorchModule(TorchScriptArchive archive) {
    try {
      this.handle = TorchBridge.loadModule(archive.toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a method for its effect. */
  void run(String method, Arguments arguments) {
    value(method, arguments).close();
  }

  /** Runs a method that returns what another one takes. */
  NativeValue value(String method, Arguments arguments) {
    return new NativeValue(NativeCalls.run(handle, method, arguments.handles()));
  }

  /** Runs a method that returns one tensor. */
  NativeTensor tensor(String method, Arguments arguments) {
    try (NativeValue result = value(method, arguments)) {
      return new NativeTensor(TorchBridge.toTensor(result.handle()));
    }
  }

  /** Runs a method that returns a list of tensors. */
  NativeTensor[] tensors(String method, Arguments arguments) {
    try (NativeValue result = value(method, arguments)) {
      long[] handles = TorchBridge.toTensors(result.handle());
      NativeTensor[] tensors = new NativeTensor[handles.length];
      for (int i = 0; i < handles.length; i++) {
        tensors[i] = new NativeTensor(handles[i]);
      }
      return tensors;
    }
  }

  @Override
  public void close() {
    if (handle != 0) {
      TorchBridge.freeModule(handle);
      handle = 0;
    }
  }
}
