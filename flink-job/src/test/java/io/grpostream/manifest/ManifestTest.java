package io.grpostream.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.kafka.TopicRange;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.PolicyHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final List<String> ZEN4 =
      List.of(
          "processor\t: 0",
          "cpu family\t: 25",
          "model\t\t: 17",
          "model name\t: AMD EPYC",
          "stepping\t: 1",
          "flags\t\t: fpu fma avx2 avx512f avx512dq avx512bw avx512vl avx512_bf16");

  @TempDir private Path folder;

  private static RunConfig config(String... overrides) {
    String checkpoint = "policy.checkpoint=" + PROJECT.resolve("models/adder");
    String prompts = "prompts.file=" + PROJECT.resolve("data/addition-train.jsonl");
    String heldOut = "evaluation.prompts=" + PROJECT.resolve("data/addition-heldout.jsonl");
    ArrayList<String> all = new ArrayList<>(List.of(checkpoint, prompts, heldOut));
    all.addAll(List.of(overrides));
    return ConfigFile.load(PROJECT.resolve("conf/demo.yaml"), all);
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Manifest manifest =
        Manifest.of(config(), "a").with(List.of(new TopicRange("prompts", 0, 0, 3840)));
    Path file = folder.resolve("manifest.json");
    manifest.write(file);
    assertEquals(manifest, Manifest.read(file).orElseThrow());
    assertEquals("1.0E-5", manifest.configuration().get("learner.learning-rate"));
    assertEquals(List.of(), ManifestDiff.between(manifest, Manifest.of(config(), "b")));
    try (Checkpoint adder = Checkpoint.open(PROJECT.resolve("models/adder"))) {
      assertEquals(PolicyHash.sha256(adder.weights()), manifest.checkpoint().sha256());
    }
  }

  @Test
  void aResumedRunsManifestSaysWhatHasChanged() throws Exception {
    Manifest first = Manifest.of(config(), "a").with(List.of(new TopicRange("prompts", 0, 0, 9)));
    Manifest again = Manifest.of(config(), "a").resuming(first, "chk-1");
    Manifest other =
        Manifest.of(config("learner.learning-rate=2e-5"), "a")
            .with(List.of(new TopicRange("prompts", 0, 0, 12)))
            .resuming(again, "chk-2");

    assertEquals(List.of("chk-1", "chk-2"), other.resumed().stream().map(r -> r.from()).toList());
    assertEquals(List.of(), other.resumed().get(0).changed());
    assertEquals(
        List.of(
            new ManifestDiff.Difference("configuration learner.learning-rate", "1.0E-5", "2.0E-5")),
        other.resumed().get(1).changed());
    assertEquals("2.0E-5", other.configuration().get("learner.learning-rate"));
    assertEquals(12, other.topics().get(0).end());
    Path file = folder.resolve("manifest.json");
    other.write(file);
    assertEquals(other, Manifest.read(file).orElseThrow());
  }

  @Test
  void everyLibraryHasAVersion() throws Exception {
    Map<String, String> libraries = Manifest.of(config(), "a").libraries();
    assertEquals("0.35.1", libraries.get("djl"));
    assertTrue(libraries.getOrDefault("libtorch", "").startsWith("2.7.1"), libraries.toString());
    assertEquals("2.3.0", libraries.get("flink"));
    assertEquals("4.2.0", libraries.get("kafka"));
    assertEquals(6, libraries.size());
  }

  @Test
  void theLikeliestDifferenceComesFirst() throws Exception {
    Manifest a = Manifest.of(config(), "a");
    Manifest b = Manifest.of(config("learner.learning-rate=2e-5", "learner.threads=2"), "a");
    assertEquals(
        List.of(
            "configuration learner.learning-rate: 1.0E-5 in the record, 2.0E-5 here",
            "thread count of the learner: 1 in the record, 2 here"),
        ManifestDiff.between(a, b).stream().map(Object::toString).toList());
  }

  @Test
  void theCapabilityIsTheMostThereIsUnlessAskedFor() {
    Processor free = Processor.of(ZEN4, List.of(), Map.of("HOME", "/root"));
    assertEquals("AMD EPYC (family 25 model 17 stepping 1)", free.model());
    assertEquals("AVX512", free.capability());
    assertEquals(Map.of(), free.settings());
    Processor bound = Processor.of(ZEN4, List.of(), Map.of("ATEN_CPU_CAPABILITY", "avx2"));
    assertEquals("AVX2", bound.capability());
    assertEquals(Map.of("ATEN_CPU_CAPABILITY", "avx2"), bound.settings());
    Processor old = Processor.of(List.of("flags\t: fma avx2 avx512f"), List.of(), Map.of());
    assertEquals("AVX2", old.capability());
  }

  @Test
  void gpusAreTheDriversFolders() throws Exception {
    Path gpu = Files.createDirectories(folder.resolve("gpus/0000:01:00.0"));
    Files.writeString(
        gpu.resolve("information"), "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 18\n");
    assertEquals(List.of("NVIDIA H100 80GB HBM3"), Processor.gpus(folder.resolve("gpus")));
    assertEquals(List.of(), Processor.gpus(folder.resolve("nothing")));
  }
}
