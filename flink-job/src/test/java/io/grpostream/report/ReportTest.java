package io.grpostream.report;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.records.TrainingStep;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** The whole page, for runs of every size and with everything that may be missing or hostile. */
class ReportTest {
  private static final List<String> TITLES =
      List.of(
          "Mean reward",
          "Held-out accuracy",
          "Entropy",
          "Clip fraction",
          "KL divergence",
          "Sampler and learner",
          "Effective sample size",
          "Staleness",
          "Throughput",
          "Uninformative groups",
          "Loss",
          "Gradient norm");

  @TempDir Path folder;

  private static String page(RunFolder run) throws IOException {
    return Files.readString(Report.write(run));
  }

  private static List<String> matches(String regex, String page) {
    return Pattern.compile(regex, Pattern.DOTALL)
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static TrainingStep step(long step, double reward, Map<String, Double> metrics) {
    return new TrainingStep(
        new TrainingStep.Determined(
            step, step + 1, "f00d", "beef", "cafe", List.of(), reward, metrics, 1),
        new TrainingStep.Observed(
            "a", 1_000_000 + 2000 * step, 0.5, 0.25, 0.25, 100, 100, 0, 1L << 30));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 39, 100, 10_000})
  void everyChartIsDrawnForARunOfAnyLength(int steps) throws Exception {
    String page = page(SyntheticRun.write(folder, steps));
    assertEquals(
        TITLES.stream().map(title -> "<h2>" + title + "</h2>").toList(),
        matches("(?<=<figcaption>)<h2>.*?</h2>", page));
    List<String> charts = matches("<svg.*?</svg>", page);
    assertEquals(TITLES.size(), charts.size());
    for (String chart : charts) {
      assertInside(chart);
    }
    assertTrue(page.length() < 400_000, "a page of " + page.length() + " characters");
  }

  /** The chart is well-formed, and everything in it lies within its view box. */
  private static void assertInside(String chart) throws Exception {
    Element svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(chart)))
            .getDocumentElement();
    assertEquals("0 0 540.0 220.0", svg.getAttribute("viewBox"));
    for (String path : matches("(?<= d=\")[^\"]+", chart)) {
      for (String point : path.substring(1).split("[ML]")) {
        double x = Double.parseDouble(point.split(" ")[0]);
        double y = Double.parseDouble(point.split(" ")[1]);
        assertTrue(0 <= x && x <= 540 && 0 <= y && y <= 220, point);
      }
    }
    assertFalse(chart.contains("NaN"), chart);
    assertFalse(chart.contains("Infinity"), chart);
  }

  @Test
  void theHeadSaysWhatTheRunCameTo() throws IOException {
    String page = page(SyntheticRun.write(folder.resolve("runs/friday"), 100));
    assertAll(
        () -> assertTrue(page.contains("<h1>friday</h1>")),
        () -> assertTrue(page.contains("<span>12\u00a0%</span>")),
        () -> assertTrue(page.contains("<strong>93.2\u00a0%</strong>")),
        () -> assertTrue(page.contains("<dt>Steps</dt><dd>100</dd>")),
        () -> assertTrue(page.contains("<dt>Wall time</dt><dd>1 min 37 s</dd>")),
        () -> assertTrue(page.contains("<code>" + "5f".repeat(32) + "</code>")),
        () -> assertTrue(page.contains("group-size: 8 # G &lt; 9 &amp; &gt; 7")));
  }

  @Test
  void aRunThatDiedShowsWhatItsStepsTell() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSteps(List.of(step(0, 0.25, Map.of()), step(1, 0.5, Map.of())));
    String page = page(run);
    assertAll(
        () -> assertTrue(page.contains("The run left no summary")),
        () -> assertTrue(page.contains("<span>0.25</span>")),
        () -> assertTrue(page.contains("<strong>0.5</strong>")),
        () -> assertTrue(page.contains("<dt>Steps</dt><dd>2</dd>")),
        () -> assertTrue(page.contains("<dd>2.0 s</dd>")),
        () -> assertTrue(page.contains("<code>f00d</code>")),
        () -> assertTrue(page.contains("This run did not measure it.")),
        () -> assertFalse(page.contains("<details>")),
        () -> assertFalse(page.contains("<h2>Completions</h2>")));
  }

  @Test
  void aRunWithoutAStepIsStillAPage() throws IOException {
    String page = page(RunFolder.create(folder));
    assertEquals(List.of(), matches("<svg.*?</svg>", page));
    assertEquals(TITLES.size(), matches("<p class=\"missing\">", page).size());
  }

  @Test
  void valuesThatAreNoNumbersLeaveGaps() throws Exception {
    RunFolder run = RunFolder.create(folder);
    double[] losses = {1, Double.NaN, 3, Double.POSITIVE_INFINITY, 2, 1e300, 4, 5};
    List<TrainingStep> steps = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      steps.add(step(i, Double.NaN, Map.of("loss", losses[i])));
    }
    run.writeSteps(steps);
    List<String> charts = matches("<svg.*?</svg>", page(run));
    String loss = charts.stream().filter(c -> c.contains("\"Loss: ")).findFirst().orElseThrow();
    assertInside(loss);
    assertEquals(4, matches("M", matches("(?<= d=\")[^\"]+", loss).get(0)).size());
    assertEquals(3, matches("<circle", loss).size());
    assertTrue(loss.contains("data-points=\"1 1.0 3 3.0 5 2.0 7 4.0 8 5.0\""), loss);
    assertTrue(loss.contains("Loss: from 1 to 5, lowest 1, highest 5"), loss);
  }

  @Test
  void throughputCountsTheTimeBetweenSteps() throws IOException {
    RunFolder run = RunFolder.create(folder);
    run.writeSteps(List.of(step(0, 0, Map.of()), step(1, 0, Map.of())));
    String page = page(run);
    // 100 tokens: in 0.5 + 0.25 + 0.25 s by the first step's own account, then in 2 s.
    assertTrue(page.contains("data-name=\"value\" data-points=\"1 100.0 2 50.0\""), page);
  }

  @Test
  void textOfModelsAndUsersIsOnlyText() throws IOException {
    String hostile = "</p><script>alert(1)</script>&amp;\u0000\u001b[31m\"'\ud83d";
    RunFolder run = RunFolder.create(folder.resolve("<img src=x>"));
    run.writeSteps(List.of(step(0, 0, Map.of())));
    run.writeSamples(List.of(new Sample(0, hostile, hostile, 0), new Sample(1, "p", "", 1)));
    run.writeConfig("</pre>" + hostile.substring(0, 20));
    String page = page(run);
    assertEquals(1, matches("<script", page).size());
    assertFalse(page.contains("<img"));
    assertTrue(
        page.contains(
            "&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;\u2400\u241b[31m&quot;&#39;?"));
    assertTrue(page.contains("<em>empty</em>"));
  }

  @Test
  void samplesOfTheSamePromptStandSideBySide() {
    String html =
        SamplesSection.html(
            List.of(
                new Sample(0, "1+1=", "3", 0),
                new Sample(0, "2+2=", "5", 0),
                new Sample(9, "2+2=", "4", 1),
                new Sample(9, "1+1=", "2", 1)));
    assertEquals(
        List.of("3", "2", "5", "4"), matches("(?<=\"completion\" dir=\"auto\">)[^<]*", html));
    assertEquals(List.of("base checkpoint", "after 9 steps"), matches("(?<=<small>)[^<]*", html));
  }

  @Test
  void aLongCompletionIsCutBetweenCharacters() {
    String text = "x".repeat(1499) + "\ud83d\ude00" + "y".repeat(5000);
    String html = SamplesSection.html(List.of(new Sample(3, "p", text, Double.NaN)));
    assertTrue(html.contains("x <em>\u2026 6,501 characters in all</em>"), html);
    assertTrue(html.contains("unscorable"), html);
  }

  @Test
  void endLabelsKeepApartAndInside() {
    assertEquals(
        "[20.0, 35.0]", Arrays.toString(EndLabels.place(new double[] {20, 21}, 15, 0, 90)));
    assertEquals(
        "[90.0, 75.0]", Arrays.toString(EndLabels.place(new double[] {95, 90}, 15, 0, 90)));
    assertEquals(
        "[10.0, 60.0]", Arrays.toString(EndLabels.place(new double[] {10, 60}, 15, 0, 90)));
  }
}
