package io.grpostream.policy.engine;

import ai.djl.pytorch.jni.TorchBridge;

/**
 * What a method of the program gave, of any type, to be given to another; with what is in it, it
 * stays until its one owner closes it.
 */
final class NativeValue implements AutoCloseable {
  private long handle;

  NativeValue(long handle) {
    this.handle = handle;
  }

  long handle() {
    if (handle == 0) {
      throw new IllegalStateException("the value is closed");
    }
    return handle;
  }

  @Override
  public void close() {
    if (handle != 0) {
      TorchBridge.freeValue(handle);
      handle = 0;
    }
  }
}
