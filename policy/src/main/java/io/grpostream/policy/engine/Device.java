package io.grpostream.policy.engine;

import java.io.Serializable;

/**
 * Where tensors lie and a thread computes: the CPU, or one GPU.
 *
 * @param gpu the GPU's CUDA number, or −1 for the CPU
 */
public record Device(int gpu) implements Serializable {
  /** The processor and the machine's memory. */
  public static final Device CPU = new Device(-1);

  /** A GPU by its CUDA number, from 0. */
  public static Device cuda(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("a GPU's number is not " + number);
    }
    return new Device(number);
  }

  public boolean isCpu() {
    return gpu < 0;
  }

  /** libtorch's type of device (0 is the CPU, 1 is CUDA) and number. */
  int[] toTorch() {
    return new int[] {isCpu() ? 0 : 1, gpu};
  }

  /** As PyTorch writes it: {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    return isCpu() ? "cpu" : "cuda:" + gpu;
  }
}
