package io.grpostream.report;

import io.grpostream.report.StepCurves.Measure;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report's head: what the run came to. Without a summary, what its steps still tell. */
final class SummarySection {
  private final String name;
  private final @Nullable RunSummary summary;
  private final StepCurves steps;

  /**
   * @param name the run's name
   * @param summary null if the run left none
   */
  SummarySection(String name, @Nullable RunSummary summary, StepCurves steps) {
    this.name = name;
    this.summary = summary;
    this.steps = steps;
  }

  String html() {
    StringBuilder html = new StringBuilder("<header>\n<p class=\"eyebrow\">grpo-stream run</p>\n");
    html.append("<h1>").append(Html.escape(name)).append("</h1>\n").append(result());
    if (summary == null) {
      html.append("<p class=\"notice\">The run left no summary: it did not end by itself.</p>\n");
    }
    html.append("<dl class=\"facts\">\n");
    facts().forEach((what, value) -> html.append(fact(what, value)));
    html.append("</dl>\n");
    String hash = summary != null ? summary.policySha256() : steps.sha256();
    if (!hash.isEmpty()) {
      html.append("<p class=\"hash\">Policy SHA-256 <code>")
          .append(Html.escape(hash))
          .append("</code></p>\n");
    }
    return html.append("</header>\n").toString();
  }

  private String result() {
    if (summary != null
        && !Double.isNaN(summary.heldOutAccuracyBefore())
        && !Double.isNaN(summary.heldOutAccuracyAfter())) {
      return result(
          Figures.percent(summary.heldOutAccuracyBefore()),
          Figures.percent(summary.heldOutAccuracyAfter()),
          "held-out accuracy, "
              + Figures.count(summary.heldOutN())
              + " prompts, before and after training");
    }
    double[] rewards = steps.curve(Measure.REWARD).values().toArray();
    if (rewards.length < 2) {
      return "";
    }
    int share = Math.max(1, rewards.length / 10);
    return result(
        Figures.brief(mean(rewards, 0, share)),
        Figures.brief(mean(rewards, rewards.length - share, rewards.length)),
        "mean reward, first and last " + (share == 1 ? "step" : Figures.count(share) + " steps"));
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElse(Double.NaN);
  }

  private static String result(String before, String after, String what) {
    return "<p class=\"result\"><span>"
        + before
        + "</span> <span class=\"arrow\" aria-label=\"to\">\u2192</span> <strong>"
        + after
        + "</strong> <small>"
        + what
        + "</small></p>\n";
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    if (summary == null) {
      facts.put("Steps", Figures.count(steps.size()));
      facts.put("From first step to last", Figures.duration(steps.seconds()));
      return facts;
    }
    facts.put("Steps", Figures.count(summary.steps()));
    facts.put("Wall time", Figures.duration(summary.wallSeconds()));
    facts.put("Start-up", Figures.duration(summary.startupSeconds()));
    facts.put("Steps/s", Figures.brief(summary.stepsPerSecond()));
    facts.put("Sampled tokens", Figures.count(summary.generatedTokens()));
    facts.put("Max staleness", Figures.count(summary.maxStaleness()));
    facts.put("Rejected", Figures.count(summary.rejected()));
    facts.put("Checkpoints", Figures.count(summary.checkpoints()));
    facts.put("Seed", String.valueOf(summary.seed()));
    return facts;
  }

  private static String fact(String what, String value) {
    return "<div><dt>" + what + "</dt><dd>" + Html.escape(value) + "</dd></div>\n";
  }
}
