package io.grpostream.chaos;

import io.grpostream.policy.UserErrorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is done to which run.
 *
 * @param config the run's configuration
 * @param overrides of it
 * @param kills how many kills
 * @param seed decides who is killed when
 * @param mean time between two kills
 * @param steps the run's; 0 for as many as fill the time of all kills
 * @param furtherFaults whether a process is also stopped for 10 s, the disk filled and a stored
 *     version damaged
 */
public record ChaosSettings(
    Path config,
    List<String> overrides,
    int kills,
    long seed,
    Duration mean,
    long steps,
    boolean furtherFaults) {
  public ChaosSettings {
    overrides = List.copyOf(overrides);
    if (kills < 1) {
      throw new UserErrorException("--kills is " + kills + "; it must be at least 1");
    }
    if (mean.toMillis() < 1000) {
      throw new UserErrorException("--mean-seconds must be at least 1");
    }
    if (steps < 0) {
      throw new UserErrorException("--steps is " + steps + "; it must be at least 1");
    }
  }
}
