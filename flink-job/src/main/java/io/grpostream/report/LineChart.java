package io.grpostream.report;

import io.grpostream.report.Chart.Line;
import io.grpostream.report.Chart.Look;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Draws a chart as inline SVG. Colours are the page's ({@code report.css}, by class name). The
 * attributes {@code data-…} say where values stand, for the page's script.
 */
final class LineChart {
  private static final double WIDTH = 540;
  private static final double HEIGHT = 220;
  private static final double LEFT = 56;
  private static final double TOP = 12;
  private static final double BOTTOM = 190;

  private static final double LABEL_HEIGHT = 15;
  private static final double CHARACTER_WIDTH = 8;

  private final Chart chart;
  private final List<Line> labelled;
  private final Ticks xTicks;
  private final Ticks yTicks;
  private final LinearScale x;
  private final LinearScale y;
  private final StringBuilder svg = new StringBuilder();

  private LineChart(Chart chart, double firstStep, double lastStep) {
    this.chart = chart;
    this.labelled =
        chart.lines().stream()
            .filter(line -> line.look() != Look.FAINT && !line.curve().isEmpty())
            .toList();
    this.xTicks = Ticks.wholeWithin(firstStep, lastStep, 5);
    this.yTicks = yTicks(chart);
    this.x = new LinearScale(firstStep, lastStep, LEFT, WIDTH - rightMargin());
    this.y = new LinearScale(yTicks.low(), yTicks.high(), BOTTOM, TOP);
  }

  /**
   * The chart as an {@code <svg>} element.
   *
   * @param chart has at least one value
   * @param firstStep left end of the x axis
   * @param lastStep right end of the x axis; above {@code firstStep}
   */
  static String svg(Chart chart, double firstStep, double lastStep) {
    return new LineChart(chart, firstStep, lastStep).draw();
  }

  private String draw() {
    svg.append(
        format(
            "<svg viewBox=\"0 0 %s %s\" role=\"img\" tabindex=\"0\" aria-label=\"%s\""
                + " data-x=\"%s %s %s %s\" data-y=\"%s %s %s %s\">\n",
            pixels(WIDTH),
            pixels(HEIGHT),
            Html.escape(description()),
            x.low(),
            x.high(),
            pixels(x.from()),
            pixels(x.to()),
            y.low(),
            y.high(),
            pixels(y.from()),
            pixels(y.to())));
    drawAxes();
    chart.lines().stream().filter(line -> !line.curve().isEmpty()).forEach(this::drawLine);
    drawLabels();
    return svg.append("</svg>\n").toString();
  }

  private void drawAxes() {
    for (double tick : yTicks.values()) {
      String at = pixels(y.pixel(tick));
      svg.append(
          format(
              "<line class=\"%s\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>\n",
              tick == 0 || tick == yTicks.low() ? "base" : "grid",
              pixels(x.from()),
              pixels(x.to()),
              at,
              at));
      text("tick", x.from() - 8, y.pixel(tick) + 4, "end", Figures.tick(tick, largest(yTicks)));
    }
    for (double tick : xTicks.values()) {
      String at = pixels(x.pixel(tick));
      svg.append(
          format(
              "<line class=\"base\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>\n",
              at, at, pixels(BOTTOM), pixels(BOTTOM + 4)));
      text("tick", x.pixel(tick), BOTTOM + 18, "middle", Figures.tick(tick, largest(xTicks)));
    }
    text("tick", WIDTH - 4, BOTTOM + 18, "end", "steps");
  }

  private static double largest(Ticks ticks) {
    return Math.max(Math.abs(ticks.low()), Math.abs(ticks.high()));
  }

  private void drawLine(Line line) {
    Curve curve = line.curve().downsampled((int) (x.to() - x.from()) / 2);
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (int i = 0; i < curve.size(); i++) {
      if (Double.isNaN(curve.y()[i])) {
        continue;
      }
      boolean begins = i == 0 || Double.isNaN(curve.y()[i - 1]);
      boolean ends = i == curve.size() - 1 || Double.isNaN(curve.y()[i + 1]);
      String px = pixels(x.pixel(curve.x()[i]));
      String py = pixels(y.pixel(curve.y()[i]));
      path.append(begins ? "M" : "L").append(px).append(' ').append(py);
      if (line.look() == Look.DOTTED || (begins && ends)) {
        dots.append(format("<circle cx=\"%s\" cy=\"%s\" r=\"3\"/>", px, py));
      }
    }
    svg.append(
        format(
            "<g class=\"line %s\" data-name=\"%s\" data-points=\"%s\"><path d=\"%s\"/>%s</g>\n",
            line.look().name().toLowerCase(Locale.ROOT),
            Html.escape(line.name()),
            points(curve),
            path,
            dots));
  }

  /** The curve as {@code x y x y …}, for the page's script. */
  private static String points(Curve curve) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < curve.size(); i++) {
      if (!Double.isNaN(curve.y()[i])) {
        points.append(points.isEmpty() ? "" : " ");
        points.append(Math.round(curve.x()[i])).append(' ').append((float) curve.y()[i]);
      }
    }
    return points.toString();
  }

  private void drawLabels() {
    double[] wanted =
        labelled.stream().mapToDouble(line -> y.pixel(line.curve().last()) + 4).toArray();
    double[] at = EndLabels.place(wanted, LABEL_HEIGHT, TOP + 4, BOTTOM + 2);
    for (int i = 0; i < at.length; i++) {
      Line line = labelled.get(i);
      String look = line.look() == Look.SECOND ? "second" : "main";
      text("label " + look, x.to() + 8, at[i], "start", label(line));
    }
  }

  /** The last value, and the line's name if there are several. */
  private String label(Line line) {
    String value = Figures.brief(line.curve().last());
    return labelled.size() > 1 ? line.name() + " " + value : value;
  }

  private double rightMargin() {
    int longest = labelled.stream().mapToInt(line -> label(line).length()).max().orElse(0);
    return Math.max(62, 14 + longest * CHARACTER_WIDTH);
  }

  private void text(String look, double atX, double atY, String anchor, String text) {
    svg.append(
        format(
            "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n",
            look, pixels(atX), pixels(atY), anchor, Html.escape(text)));
  }

  /** What the chart shows, for those who cannot see it. */
  private String description() {
    StringBuilder description = new StringBuilder(chart.title());
    for (Line line : labelled) {
      Curve curve = line.curve();
      description
          .append(labelled.size() > 1 ? "; " + line.name() : "")
          .append(": from ")
          .append(Figures.brief(curve.values().findFirst().orElse(Double.NaN)))
          .append(" to ")
          .append(Figures.brief(curve.last()))
          .append(", lowest ")
          .append(Figures.brief(curve.values().min().orElse(Double.NaN)))
          .append(", highest ")
          .append(Figures.brief(curve.values().max().orElse(Double.NaN)));
    }
    return description.toString();
  }

  private static Ticks yTicks(Chart chart) {
    double low = values(chart).min().orElse(0);
    double high = values(chart).max().orElse(1);
    return switch (chart.axis()) {
      case UNIT -> Ticks.around(Math.min(0, low), Math.max(1, high), 5);
      case ZERO -> Ticks.around(Math.min(0, low), Math.max(0, high), 5);
      case COUNT -> Ticks.wholeFromZero(Math.max(0, high), 4);
      case FREE -> Ticks.around(low, high, 5);
    };
  }

  private static DoubleStream values(Chart chart) {
    return chart.lines().stream().flatMapToDouble(line -> line.curve().values());
  }

  /** To a tenth of a pixel. */
  private static String pixels(double value) {
    return String.valueOf(Math.round(value * 10) / 10.0);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
