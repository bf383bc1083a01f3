package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.engine.Device;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.training.OptimizerSettings.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --set} can change, and what it says when it cannot. */
class OverridesTest {
  private static final String SMALLEST =
      """
      policy:
        checkpoint: /models/some
      rewards:
        functions:
          - name: exact-answer
      """;

  @TempDir Path folder;

  @Test
  void overridesReachEveryPlace() throws IOException {
    RunConfig config =
        load(
            SMALLEST,
            "run.steps=7",
            "learner.learning-rate=1e-5",
            "rollout.stop=[\"a\", b]",
            "rewards.functions.0.weight=2",
            "rewards.functions.0.name=regular-expression",
            "rewards.functions.0.options.pattern=[0-9]+",
            "rewards.functions.1.name=length",
            "rewards.functions[1].options={target: 3, max: 9}",
            "learner.schedule=linear",
            "objective.loss-type=dr-grpo",
            "checkpoint.interval=1500ms",
            "prompts.start=12",
            "policy.device=cuda:1");

    assertEquals(7, config.run().steps());
    assertEquals(List.of("a", "b"), config.rollout().stop());
    assertEquals(
        new RewardFunctionSection("regular-expression", 2.0, Map.of("pattern", "[0-9]+")),
        config.rewards().functions().get(0));
    assertEquals(
        new RewardFunctionSection("length", 1.0, Map.of("target", "3", "max", "9")),
        config.rewards().functions().get(1));
    assertEquals(ObjectiveSettings.LossType.DR_GRPO, config.objective().lossType());
    assertEquals(Duration.ofMillis(1500), config.checkpoint().interval());
    assertEquals(new StartOffset(12), config.prompts().start());
    assertEquals(new DeviceChoice(Device.cuda(1)), config.policy().device());
    assertEquals(1e-5, config.optimizer().learningRate());
    assertEquals(Schedule.LINEAR, config.optimizer().schedule());
    assertEquals(7, config.optimizer().totalUpdates());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no-equals-sign",
        "=5",
        "policy.checkpoint.deeper=5",
        "rewards.functions.2.name=length",
        "rewards.functions.first.name=length"
      })
  void anOverrideWithoutAPlaceIsRefused(String override) {
    String message = refusal(() -> load(SMALLEST, override));

    assertTrue(message.startsWith("--set "), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aMisspeltOverrideIsAnUnknownKey() {
    String message = refusal(() -> load(SMALLEST, "learner.temperature=1"));

    assertTrue(
        message.contains("learner.temperature is 1; there is no such key; did you mean rollout.te"),
        message);
  }

  private static String refusal(Executable loading) {
    return String.valueOf(assertThrows(UserErrorException.class, loading).getMessage());
  }

  private RunConfig load(String yaml, String... overrides) throws IOException {
    Path file = folder.resolve("test.yaml");
    Files.writeString(file, yaml);
    return ConfigFile.load(file, List.of(overrides));
  }
}
