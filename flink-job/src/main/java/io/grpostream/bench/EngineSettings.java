package io.grpostream.bench;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.engine.Precision;
import java.io.Serializable;
import java.util.List;

/**
 * What a measurement trains, and how.
 *
 * @param precision what the layers' matrices are multiplied in
 * @param loraRank rank of the adapters that are trained, on the configuration's preset matrices; 0:
 *     all weights are trained
 * @param maxTokens most input tokens of a micro-batch
 */
public record EngineSettings(Precision precision, int loraRank, int maxTokens)
    implements Serializable {
  /** The shape of the adapters. */
  public Lora lora() {
    return loraRank == 0
        ? Lora.NONE
        : Lora.of(loraRank, 2.0 * loraRank, List.of(Lora.Target.Q_PROJ, Lora.Target.V_PROJ));
  }
}
