package io.grpostream.cli;

import io.grpostream.local.RunProgress;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.Evaluation;
import io.grpostream.report.RunJson;
import io.grpostream.report.RunSummary;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's progress for a program: a JSON object a line, the last of which is the summary. A number
 * that is not known is null.
 */
final class JsonProgress implements RunProgress {
  private final PrintWriter out;

  JsonProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void started(URI dashboard, Path runFolder, double startupSeconds) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("dashboard", dashboard.toString());
    line.put("runDir", runFolder.toString());
    line.put("startupSeconds", startupSeconds);
    out.println(RunJson.write(line));
  }

  @Override
  public void step(TrainingStep step, double tokensPerSecond, double secondsLeft) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("step", step.determined().version());
    line.put("rewardMean", step.determined().rewardMean());
    line.put("tokensPerSecond", tokensPerSecond);
    line.put("secondsLeft", secondsLeft);
    out.println(RunJson.write(line));
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("step", evaluation.step());
    line.put("heldOutAccuracy", evaluation.accuracy());
    line.put("heldOutN", evaluation.n());
    out.println(RunJson.write(line));
  }

  @Override
  public void checkpointsFail(String why) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("checkpointsFailing", true);
    line.put("reason", why);
    out.println(RunJson.write(line));
  }

  @Override
  public void checkpointsWorkAgain() {
    out.println(RunJson.write(Map.of("checkpointsFailing", false)));
  }

  @Override
  public void stopping() {
    out.println(RunJson.write(Map.of("stopping", true)));
  }

  @Override
  public void finished(RunSummary summary) {
    out.println(RunJson.write(summary));
  }
}
