package io.grpostream.report;

import java.util.List;

/**
 * One chart of the report: what it shows, free of how it is drawn.
 *
 * @param title what is measured
 * @param note unit and meaning, one sentence
 * @param axis how its y axis is chosen
 * @param lines drawn in this order, the last on top
 * @param missing said in place of the chart if no line has a value
 */
record Chart(String title, String note, Axis axis, List<Line> lines, String missing) {
  Chart {
    lines = List.copyOf(lines);
  }

  /** How a y axis is chosen. */
  enum Axis {
    /** A share or the like: 0 to 1, or further if a value is. */
    UNIT,
    /** Holds 0. */
    ZERO,
    /** Whole numbers from 0. */
    COUNT,
    /** As close to the values as round numbers allow. */
    FREE
  }

  /** How a line looks. */
  enum Look {
    /** What one should see: accent colour, labelled at its end. */
    MAIN,
    /** Main, with a dot at each value: for a few measurements. */
    DOTTED,
    /** Beside the main one: dashed, labelled at its end. */
    SECOND,
    /** Behind the main one: the raw values of a smoothed line, thin, without a label. */
    FAINT
  }

  /**
   * A curve and how it looks.
   *
   * @param name what it is, a word or two
   */
  record Line(String name, Curve curve, Look look) {}

  boolean isEmpty() {
    return lines.stream().allMatch(line -> line.curve().isEmpty());
  }
}
