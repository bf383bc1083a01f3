package io.grpostream.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The arithmetic by hand, and exponents of points that follow a law. */
final class SweepTest {
  private static final ModelConfig MODEL =
      new ModelConfig(
          Family.LLAMA, 10, 4, 6, 2, 2, 1, 2, 1e-6, 1e4, null, true, false, false, 2048, -1);

  @Test
  void exponentOfAPower() {
    assertEquals(1.5, PowerLaw.exponent(new double[] {1, 4, 16}, new double[] {3, 24, 192}), 1e-12);
  }

  /**
   * One prompt of 3 tokens, 2 completions of 2: 5 rows are read through 2 layers of 120 numbers, 6
   * pairs of prompt tokens and 2 · (3 + 1) of completions cost 4 · 2 · 4 each, 4 tokens are chosen
   * from 10 · 4 numbers.
   */
  @Test
  void arithmeticIsCounted() {
    Workload work = new Workload(1, 2, 3, new TokenRange(2, 2), 1);
    double forward = 5 * 2 * 240 + (6 + 8) * 32 + 4 * 2 * 40;
    Arithmetic arithmetic = new Arithmetic(MODEL);
    assertEquals(forward, arithmetic.sampling(work));
    assertEquals(3 * forward, arithmetic.updating(work));
  }

  @Test
  void secondsThatFollowTheArithmeticHaveItsExponents() {
    Arithmetic arithmetic = new Arithmetic(MODEL);
    List<Sweep.Point> points = new ArrayList<>();
    for (SweepAxis axis : SweepAxis.values()) {
      for (int size : axis.sizes()) {
        Workload work = axis.at(size);
        points.add(
            new Sweep.Point(
                axis,
                size,
                work,
                arithmetic.sampling(work) / 1e9,
                arithmetic.updating(work) / 1e9));
      }
    }
    Sweep sweep = new Sweep(points, arithmetic);
    assertEquals(24, sweep.pointMaps().size());
    for (Map<String, Double> of : sweep.exponents().values()) {
      assertEquals(of.get("sample_arithmetic"), of.get("sample_s"), "sampling");
      assertEquals(of.get("update_arithmetic"), of.get("update_s"), "updating");
    }
    Map<String, Double> lengths =
        Objects.requireNonNull(sweep.exponents().get("completion_tokens"));
    assertTrue(Objects.requireNonNull(lengths.get("sample_s")) > 1, "attention grows with length");
  }
}
