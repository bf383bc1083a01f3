package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.fakes.FakeFeed;
import io.grpostream.rules.Gate;
import io.grpostream.rules.StalenessGate;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the gate of the prompts' reader opens. */
class GatedReaderTest {
  private static final int B = 2;

  private final Handover handover = new Handover("gated-" + UUID.randomUUID());
  private final Gate gate = new Gate(new StalenessGate(0, B), Gate.NO_END);

  @Test
  void anOfferOfTheLivingLineageOpensIt() throws Exception {
    try (var reader = startedWithABatchTaken(handover)) {
      handover.offer("dead", 1, B, Optional::empty);
      assertFalse(gate.isOpen());
      handover.offer("life", 1, B, Optional::empty);
      assertTrue(gate.isOpen());
      assertEquals(B, gate.take());
    }
  }

  @Test
  void withoutOffersItWaitsForTheAnnouncement() throws Exception {
    try (var reader = startedWithABatchTaken(null)) {
      handover.offer("life", 1, B, Optional::empty);
      assertFalse(gate.isOpen());
    }
  }

  @Test
  void aClosedReaderHearsNothing() throws Exception {
    startedWithABatchTaken(handover).close();
    handover.offer("life", 1, B, Optional::empty);
    assertFalse(gate.isOpen());
  }

  private GatedReader<?, ?> startedWithABatchTaken(@Nullable Handover offers) {
    var reader = new GatedReader<>(idle(), gate, new FakeFeed(), offers);
    reader.start();
    gate.startLineage("life");
    for (int n = 0; n < B; n++) {
      gate.take();
    }
    return reader;
  }

  /** A reader whose methods do nothing. */
  @SuppressWarnings("unchecked")
  private static SourceReader<String, SourceSplit> idle() {
    return (SourceReader<String, SourceSplit>)
        Proxy.newProxyInstance(
            GatedReaderTest.class.getClassLoader(),
            new Class<?>[] {SourceReader.class},
            (self, method, arguments) -> null);
  }
}
