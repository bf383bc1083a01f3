package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.runtime.externalresource.ExternalResourceInfoProvider;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What a subtask learns from Flink's external-resource framework, of a fake driver's GPUs. */
final class SeatTest {
  /** Emits the seat of its subtask as text. */
  private static final class WhereAmI extends RichMapFunction<Integer, String> {
    @Override
    public String map(Integer any) {
      return Seat.of(getRuntimeContext()).toString();
    }
  }

  private record FakeGpu(Map<String, String> properties) implements ExternalResourceInfo {
    @Override
    public Optional<String> getProperty(String key) {
      return Optional.ofNullable(properties.get(key));
    }

    @Override
    public Collection<String> getKeys() {
      return properties.keySet();
    }
  }

  @Test
  void knowsItsSubtaskAndTheGpusOfItsTaskManager() throws Exception {
    assertEquals(
        new Seat(1, List.of(4)).toString(), seat(1, Set.of(new FakeGpu(Map.of("index", "4")))));
  }

  @Test
  void hasNoGpusWhereFlinkGivesNone() throws Exception {
    assertEquals(new Seat(0, List.of()).toString(), seat(0, Set.of()));
  }

  @Test
  void refusesAResourceThatIsNoGpu() {
    assertThrows(IllegalStateException.class, () -> seat(0, Set.of(new FakeGpu(Map.of()))));
  }

  private static String seat(int subtask, Set<ExternalResourceInfo> gpus) throws Exception {
    ExternalResourceInfoProvider driver =
        name -> name.equals("gpu") ? new HashSet<>(gpus) : Set.of();
    try (MockEnvironment environment =
            new MockEnvironmentBuilder()
                .setMaxParallelism(2)
                .setParallelism(2)
                .setSubtaskIndex(subtask)
                .setExternalResourceInfoProvider(driver)
                .build();
        OneInputStreamOperatorTestHarness<Integer, String> harness =
            new OneInputStreamOperatorTestHarness<>(new StreamMap<>(new WhereAmI()), environment)) {
      harness.open();
      harness.processElement(0, 0);
      return harness.extractOutputValues().get(0);
    }
  }
}
