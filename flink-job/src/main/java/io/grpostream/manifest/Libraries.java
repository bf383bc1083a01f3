package io.grpostream.manifest;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.policy.engine.Torch;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** Versions of what a run computes and moves records with. */
public final class Libraries {
  /** This project's. */
  public static final String GRPO_STREAM = "0.1.0";

  private Libraries() {}

  /** By name: djl, flink, grpo-stream, java, kafka, libtorch. */
  static SortedMap<String, String> versions() {
    SortedMap<String, String> versions = new TreeMap<>(Torch.versions());
    versions.putAll(
        Map.of(
            "grpo-stream", GRPO_STREAM,
            "flink", EnvironmentInformation.getVersion(),
            "kafka", KafkaConnection.clientVersion(),
            "java", Runtime.version().toString()));
    return versions;
  }
}
