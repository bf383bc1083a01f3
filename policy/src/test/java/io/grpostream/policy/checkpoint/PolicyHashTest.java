package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.grpostream.policy.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The hash that names a policy; expected values come from Python's hashlib and struct. */
class PolicyHashTest {
  @Test
  void isWhatThePythonOfTheDocsComputesOnAnExport() throws IOException {
    Path file = Golden.shipped().resolve("llama").resolve("model.safetensors");
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      assertEquals(
          "33c1c421b2869f776648f028286f74b6a8323033566d6fbe55f7abfee6ddeb57",
          PolicyHash.sha256(weights));
    }
  }

  @Test
  void coversScalarsAndNamesBeyondAscii() throws IOException {
    TensorsInMemory weights =
        new TensorsInMemory()
            .floats("b", List.of(), 2.5f)
            .floats("é", List.of(2L, 1L), 1, -3)
            .floats("a.weight", List.of(3L), 0.5f, 0.25f, 0.125f);
    assertEquals(
        "57a0979a0743f4787aaf95d789252d6b97773ab54874df4c83f8ae65e898b551",
        PolicyHash.sha256(weights));
    assertFalse(weights.closed());
  }

  @Test
  void dependsOnValuesNotOnTheirFormat() throws IOException {
    TensorsInMemory brain = new TensorsInMemory().shorts("w", DType.BF16, (short) 0x4049);
    TensorsInMemory half = new TensorsInMemory().shorts("w", DType.F16, (short) 0x4248);
    TensorsInMemory full = new TensorsInMemory().floats("w", List.of(1L), 3.140625f);
    assertEquals(PolicyHash.sha256(full), PolicyHash.sha256(brain));
    assertEquals(PolicyHash.sha256(full), PolicyHash.sha256(half));
  }

  @Test
  void changesWithValueNameAndShape() throws IOException {
    String hash = hash("w", List.of(2L), 1, 2);
    assertNotEquals(hash, hash("w", List.of(2L), 1, Math.nextUp(2f)));
    assertNotEquals(hash, hash("v", List.of(2L), 1, 2));
    assertNotEquals(hash, hash("w", List.of(1L, 2L), 1, 2));
    assertNotEquals(hash("w", List.of(1L), 0f), hash("w", List.of(1L), -0f));
  }

  private static String hash(String name, List<Long> shape, float... values) throws IOException {
    return PolicyHash.sha256(new TensorsInMemory().floats(name, shape, values));
  }
}
