package io.grpostream.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.engine.BusyCores;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What does not change a bit: another process, and one torch thread, two or now one, now two.
 * {@code docs/reproducibility.md} has what follows.
 */
class KernelBitsTest {
  /** In another process. */
  private static String elsewhere(KernelBits.Case what, int threads, Precision precision)
      throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-Dai.djl.offline=true",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KernelBits.class.getName(),
                    what.name(),
                    Integer.toString(threads),
                    precision.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return printed.strip();
  }

  /**
   * Keeps all cores busy, or says so, at first and between every other two tokens or layers from
   * then on: a team of two makes room for it, and takes its room back.
   */
  private static final class Neighbour implements StopSignal, AutoCloseable {
    private final List<BusyCores.Taken> taken = new ArrayList<>();

    Neighbour() {
      stopped();
    }

    @Override
    public boolean stopped() {
      if (taken.isEmpty()) {
        for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
          taken.add(BusyCores.take());
        }
      } else {
        close();
      }
      return false;
    }

    @Override
    public void close() {
      taken.forEach(BusyCores.Taken::close);
      taken.clear();
    }
  }

  private static void bitsAreTheSame(KernelBits.Case what) throws Exception {
    Set<String> different = new HashSet<>();
    for (Precision precision : Precision.values()) {
      String here = KernelBits.of(what, new Compute(1, precision));
      different.add(here);
      assertEquals(here, KernelBits.of(what, new Compute(2, precision)), "two threads");
      try (Neighbour neighbour = new Neighbour()) {
        assertEquals(
            here, KernelBits.of(what, new Compute(2, precision), neighbour), "now and then");
      }
      assertEquals(here, elsewhere(what, 2, precision), "two threads of another process");
    }
    assertEquals(Precision.values().length, different.size(), "each precision has its own bits");
  }

  @Test
  void theDemosKernels() throws Exception {
    bitsAreTheSame(KernelBits.Case.DEMO);
  }

  @Test
  @Tag("long")
  void aRealModelsKernels() throws Exception {
    bitsAreTheSame(KernelBits.Case.W1);
  }
}
