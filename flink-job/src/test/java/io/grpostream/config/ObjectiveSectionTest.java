package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.objective.TruncatedImportance;
import io.grpostream.policy.objective.TruncatedImportance.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every key of the objective arrives where the loss is computed. */
class ObjectiveSectionTest {
  @TempDir Path folder;

  @Test
  void everyKeyArrivesInTheSettings() throws IOException {
    ObjectiveSection section =
        load(
            "loss-type=cispo",
            "ratio=sequence",
            "clip=false",
            "clip-low=0.1",
            "clip-high=0.3",
            "delta=1.7",
            "beta=0.04",
            "kl-unbiased=true",
            "top-entropy-quantile=0.2",
            "entropy-bonus=0.01",
            "mask-truncated=true",
            "scale-rewards=batch",
            "truncated-importance=sequence",
            "truncated-importance-cap=2");
    assertEquals(
        new ObjectiveSettings(
            LossType.CISPO,
            Ratio.SEQUENCE,
            false,
            0.1,
            0.3,
            1.7,
            0.04,
            true,
            0.2,
            0.01,
            true,
            0.7,
            99,
            new TruncatedImportance(Level.SEQUENCE, 2)),
        section.settings(0.7, 99));
    assertEquals(Advantages.Scale.BATCH, section.scaleRewards());
  }

  @Test
  void everyRungCanBeChosen() throws IOException {
    for (LossType type : LossType.values()) {
      assertEquals(type, load("loss-type=" + name(type)).lossType());
    }
    for (Ratio ratio : Ratio.values()) {
      assertEquals(ratio, load("ratio=" + name(ratio)).ratio());
    }
    for (Advantages.Scale scale : Advantages.Scale.values()) {
      assertEquals(scale, load("scale-rewards=" + name(scale)).scaleRewards());
    }
    for (Level level : Level.values()) {
      assertEquals(level, load("truncated-importance=" + name(level)).truncatedImportance());
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private ObjectiveSection load(String... settings) throws IOException {
    Path file = folder.resolve("run.yaml");
    Files.writeString(
        file,
        """
        policy:
          checkpoint: /models/some
        rewards:
          functions:
            - name: exact-answer
        """);
    List<String> overrides = List.of(settings).stream().map(each -> "objective." + each).toList();
    return ConfigFile.load(file, overrides).objective();
  }
}
