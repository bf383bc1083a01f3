package io.grpostream.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Completions from the beginning of the run beside completions from its end. Where the same prompt
 * was sampled both times, the two stand side by side.
 */
final class SamplesSection {
  private static final int MOST = 8;
  private static final int MOST_CHARACTERS = 1500;

  private SamplesSection() {}

  /** The section; empty without samples. */
  static String html(List<Sample> samples) {
    if (samples.isEmpty()) {
      return "";
    }
    List<Sample> sorted = samples.stream().sorted(Comparator.comparingLong(Sample::step)).toList();
    int each = Math.min(MOST, (sorted.size() + 1) / 2);
    List<Sample> early = sorted.subList(0, each);
    List<Sample> late =
        aligned(early, sorted.subList(Math.max(each, sorted.size() - each), sorted.size()));
    StringBuilder html =
        new StringBuilder("<section>\n<h2>Completions</h2>\n<div class=\"samples\">\n");
    html.append(heading("Early", early)).append(late.isEmpty() ? "" : heading("Late", late));
    for (int i = 0; i < early.size(); i++) {
      html.append(card(early.get(i)));
      html.append(i < late.size() ? card(late.get(i)) : "<div></div>\n");
    }
    return html.append("</div>\n</section>\n").toString();
  }

  /** The late samples, each where the early one of the same prompt stands, if there is one. */
  private static List<Sample> aligned(List<Sample> early, List<Sample> late) {
    List<Sample> rest = new ArrayList<>(late);
    List<Sample> aligned = new ArrayList<>();
    for (Sample first : early) {
      rest.stream()
          .filter(sample -> sample.prompt().equals(first.prompt()))
          .findFirst()
          .or(() -> rest.stream().filter(sample -> !promptIn(early, sample)).findFirst())
          .ifPresent(
              sample -> {
                rest.remove(sample);
                aligned.add(sample);
              });
    }
    aligned.addAll(rest);
    return aligned;
  }

  private static boolean promptIn(List<Sample> samples, Sample wanted) {
    return samples.stream().anyMatch(sample -> sample.prompt().equals(wanted.prompt()));
  }

  private static String heading(String when, List<Sample> samples) {
    long from = samples.stream().mapToLong(Sample::step).min().orElseThrow();
    long to = samples.stream().mapToLong(Sample::step).max().orElseThrow();
    String after =
        from == to ? Figures.count(to) : Figures.count(from) + "\u2013" + Figures.count(to);
    return "<h3>"
        + when
        + " <small>"
        + (to == 0 ? "base checkpoint" : "after " + after + (to == 1 ? " step" : " steps"))
        + "</small></h3>\n";
  }

  private static String card(Sample sample) {
    String look = sample.reward() > 0 ? "reward good" : "reward";
    return "<article>\n<p class=\"prompt\" dir=\"auto\">"
        + shown(sample.prompt())
        + "</p>\n<p class=\"completion\" dir=\"auto\">"
        + shown(sample.completion())
        + "</p>\n<p class=\""
        + look
        + "\">"
        + (Double.isNaN(sample.reward())
            ? "unscorable"
            : "reward " + Figures.brief(sample.reward()))
        + "</p>\n</article>\n";
  }

  private static String shown(String text) {
    if (text.isEmpty()) {
      return "<em>empty</em>";
    }
    if (text.length() <= MOST_CHARACTERS) {
      return Html.escape(text);
    }
    return Html.escape(text.substring(0, cut(text)))
        + " <em>\u2026 "
        + Figures.count(text.length())
        + " characters in all</em>";
  }

  /** Where to cut the text without halving a character. */
  private static int cut(String text) {
    return Character.isLowSurrogate(text.charAt(MOST_CHARACTERS))
        ? MOST_CHARACTERS - 1
        : MOST_CHARACTERS;
  }
}
