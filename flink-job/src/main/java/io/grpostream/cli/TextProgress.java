package io.grpostream.cli;

import io.grpostream.local.RunProgress;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.Evaluation;
import io.grpostream.report.RunSummary;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A run's progress for a person: a line per step. */
final class TextProgress implements RunProgress {
  private static final String NOT_MEASURED = "not measured";

  private final PrintWriter out;
  private final String ofSteps;
  private double accuracy = Double.NaN;

  TextProgress(PrintWriter out, @Nullable Long steps) {
    this.out = out;
    this.ofSteps = steps == null ? "" : "/" + steps;
  }

  @Override
  public void started(URI dashboard, Path runFolder, double startupSeconds) {
    line("dashboard %s · run folder %s · started in %.1f s", dashboard, runFolder, startupSeconds);
  }

  @Override
  public void step(TrainingStep step, double tokensPerSecond, double secondsLeft) {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "step %d%s · reward %.3f",
            step.determined().version(), ofSteps, step.determined().rewardMean()));
    if (!Double.isNaN(accuracy)) {
      text.append(format(" · held-out %.3f", accuracy));
    }
    if (!Double.isNaN(tokensPerSecond)) {
      text.append(format(" · %.0f tokens/s", tokensPerSecond));
    }
    if (!Double.isNaN(secondsLeft)) {
      text.append(format(" · %.0f s left", secondsLeft));
    }
    out.println(text);
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    accuracy = evaluation.accuracy();
    line(
        "held-out accuracy after %d steps: %.3f of %d prompts",
        evaluation.step(), accuracy, evaluation.n());
  }

  @Override
  public void checkpointsFail(String why) {
    line(
        "checkpoints cannot be written (%s); the run goes on, but can only restart from the last good one;"
            + " run.log has details",
        why);
  }

  @Override
  public void checkpointsWorkAgain() {
    line("checkpoints are written again");
  }

  @Override
  public void stopping() {
    line("stopping with a savepoint …");
  }

  @Override
  public void finished(RunSummary summary) {
    line(
        "%d steps in %.1f s, held-out accuracy %s, policy %s",
        summary.steps(), summary.wallSeconds(), heldOutAccuracy(summary), summary.policySha256());
    line("report: %s", Path.of(summary.runDir()).resolve("report.html"));
  }

  /** A run without held-out prompts measures none; one that is stopped, perhaps only its start. */
  private static String heldOutAccuracy(RunSummary summary) {
    String before = accuracy(summary.heldOutAccuracyBefore());
    String after = accuracy(summary.heldOutAccuracyAfter());
    return before.equals(NOT_MEASURED) && after.equals(NOT_MEASURED)
        ? NOT_MEASURED
        : before + " → " + after;
  }

  private static String accuracy(double accuracy) {
    return Double.isNaN(accuracy) ? NOT_MEASURED : format("%.3f", accuracy);
  }

  private void line(String format, Object... values) {
    out.println(format(format, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
