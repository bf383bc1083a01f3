package io.grpostream.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A run's folder as one page: {@code report.html}, which needs nothing beside itself. Charts are
 * inline SVG; a few lines of inline script show the values under the pointer, and without them the
 * page lacks only that.
 */
public final class Report {
  private final RunFolder run;
  private final StepCurves steps;
  private final List<Evaluation> evaluations;

  private Report(RunFolder run) throws IOException {
    this.run = run;
    this.steps = StepCurves.read(run);
    this.evaluations = run.evaluations();
  }

  /**
   * Writes the report of a run into its folder, over any earlier one.
   *
   * @return the page's file
   * @throws io.grpostream.policy.UserErrorException if a file of the run is damaged
   */
  public static Path write(RunFolder run) throws IOException {
    return Files.writeString(run.reportFile(), new Report(run).page());
  }

  private String page() throws IOException {
    String name = String.valueOf(run.path().toAbsolutePath().normalize().getFileName());
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>"""
        + Html.escape(name)
        + " \u2013 grpo-stream</title>\n<style>\n"
        + resource("report.css")
        + "</style>\n</head>\n<body>\n<main>\n"
        + new SummarySection(name, run.summary().orElse(null), steps).html()
        + charts()
        + SamplesSection.html(run.samples())
        + configuration()
        + "</main>\n<script>\n"
        + resource("report.js")
        + "</script>\n</body>\n</html>\n";
  }

  private String charts() {
    double[] range = stepRange();
    StringBuilder html = new StringBuilder("<section class=\"charts\" aria-label=\"Charts\">\n");
    for (Chart chart : RunCharts.of(steps, evaluations)) {
      html.append("<figure>\n<figcaption><h2>")
          .append(Html.escape(chart.title()))
          .append("</h2><p>")
          .append(Html.escape(chart.note()))
          .append("</p></figcaption>\n")
          .append(
              chart.isEmpty()
                  ? "<p class=\"missing\">" + Html.escape(chart.missing()) + "</p>\n"
                  : "<div class=\"plot\">" + LineChart.svg(chart, range[0], range[1]) + "</div>\n")
          .append("</figure>\n");
    }
    return html.append("</section>\n").toString();
  }

  /** From the version that the first step started from to the last one made, at least one step. */
  private double[] stepRange() {
    Curve any = steps.curve(StepCurves.Measure.REWARD);
    double first = any.size() == 0 ? 0 : any.x()[0] - 1;
    double last = any.size() == 0 ? 0 : any.x()[any.size() - 1];
    for (Evaluation evaluation : evaluations) {
      first = Math.min(first, (double) evaluation.step());
      last = Math.max(last, (double) evaluation.step());
    }
    return new double[] {first, Math.max(last, first + 1)};
  }

  private String configuration() throws IOException {
    return run.config()
        .map(
            yaml ->
                "<details>\n<summary>Configuration</summary>\n<pre tabindex=\"0\">"
                    + Html.escape(yaml)
                    + "</pre>\n</details>\n")
        .orElse("");
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " from the jar", e);
    }
  }
}
