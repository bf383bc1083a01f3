package io.grpostream.config;

import io.grpostream.policy.engine.Device;
import org.jspecify.annotations.Nullable;

/**
 * Where the policy computes.
 *
 * @param fixed this device; null leaves it to the machine
 */
public record DeviceChoice(@Nullable Device fixed) {
  /** A GPU that Flink or the machine offers, else the CPU. */
  public static final DeviceChoice AUTO = new DeviceChoice(null);

  static DeviceChoice parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    if (text.equals("cpu")) {
      return new DeviceChoice(Device.CPU);
    }
    if (text.matches("cuda:\\d{1,3}")) {
      return new DeviceChoice(Device.cuda(Integer.parseInt(text.substring("cuda:".length()))));
    }
    throw new IllegalArgumentException("it must be auto, cpu or cuda:N (cuda:0, cuda:1, …)");
  }

  @Override
  public String toString() {
    return fixed == null ? "auto" : fixed.toString();
  }
}
