package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpostream.report.RunSummary;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What a run's last lines say. */
class TextProgressTest {
  @Test
  void theLastLineSaysWhatWasMeasured() {
    assertEquals(
        "3 steps in 4.5 s, held-out accuracy 0.250 → 0.750, policy abc", lastLine(0.25, 0.75));
    assertEquals(
        "3 steps in 4.5 s, held-out accuracy 0.250 → not measured, policy abc",
        lastLine(0.25, Double.NaN));
    assertEquals(
        "3 steps in 4.5 s, held-out accuracy not measured, policy abc",
        lastLine(Double.NaN, Double.NaN));
  }

  private static String lastLine(double before, double after) {
    StringWriter text = new StringWriter();
    TextProgress progress = new TextProgress(new PrintWriter(text), 3L);
    progress.finished(
        new RunSummary(3, 1, before, after, 0, 0, 0, 0, 1.5, 4.5, 1, 96, "abc", "runs/x"));
    return text.toString().lines().findFirst().orElseThrow();
  }
}
