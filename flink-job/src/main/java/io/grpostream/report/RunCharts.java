package io.grpostream.report;

import io.grpostream.report.Chart.Axis;
import io.grpostream.report.Chart.Line;
import io.grpostream.report.Chart.Look;
import io.grpostream.report.StepCurves.Measure;
import java.util.List;

/** Which charts the report has, in their order. */
final class RunCharts {
  private static final String NO_VALUE = "No step has a value.";

  /** Runs shorter than this are drawn step by step. */
  private static final int SMOOTHED_FROM = 40;

  private final StepCurves steps;
  private final List<Evaluation> evaluations;
  private final int window;

  private RunCharts(StepCurves steps, List<Evaluation> evaluations) {
    this.steps = steps;
    this.evaluations = evaluations;
    this.window = steps.size() < SMOOTHED_FROM ? 1 : Math.max(2, steps.size() / 50) * 2 + 1;
  }

  static List<Chart> of(StepCurves steps, List<Evaluation> evaluations) {
    return new RunCharts(steps, evaluations).all();
  }

  private List<Chart> all() {
    return List.of(
        raw("Mean reward", "over the batch\u2019s scored completions", Axis.UNIT, Measure.REWARD),
        accuracy(),
        raw("Entropy", "of the next token, mean over tokens, nats", Axis.ZERO, Measure.ENTROPY),
        clipFraction(),
        divergence(),
        mismatch(),
        raw(
            "Effective sample size",
            "of the importance ratio before a batch\u2019s second pass, share of its tokens",
            Axis.UNIT,
            Measure.EFFECTIVE_SAMPLE_SIZE),
        staleness(),
        raw(
            "Throughput",
            "sampled tokens per second of the whole loop",
            Axis.ZERO,
            Measure.TOKENS_PER_SECOND),
        raw(
            "Uninformative groups",
            "share of the batch whose rewards are all equal",
            Axis.UNIT,
            Measure.UNINFORMATIVE),
        raw("Loss", "of the objective, before the update", Axis.FREE, Measure.LOSS),
        raw("Gradient norm", "L2, before clipping", Axis.ZERO, Measure.GRADIENT_NORM));
  }

  /** One measure: its values and, in a long run, their running mean on top. */
  private Chart raw(String title, String note, Axis axis, Measure measure) {
    Curve curve = steps.curve(measure);
    List<Line> lines =
        window == 1
            ? List.of(new Line("value", curve, Look.MAIN))
            : List.of(
                new Line("each step", curve, Look.FAINT),
                new Line("mean of " + window, curve.smoothed(window), Look.MAIN));
    return new Chart(title, note + smoothing("bold"), axis, lines, NO_VALUE);
  }

  private Chart accuracy() {
    Curve curve =
        new Curve(
            evaluations.stream().mapToDouble(Evaluation::step).toArray(),
            evaluations.stream().mapToDouble(Evaluation::accuracy).toArray());
    String prompts =
        evaluations.isEmpty()
            ? "held-out prompts"
            : Figures.count(evaluations.get(evaluations.size() - 1).n()) + " held-out prompts";
    return new Chart(
        "Held-out accuracy",
        "share of " + prompts + " answered right, greedy",
        Axis.UNIT,
        List.of(new Line("accuracy", curve, evaluations.size() > 60 ? Look.MAIN : Look.DOTTED)),
        "This run did not measure it.");
  }

  private Chart clipFraction() {
    return new Chart(
        "Clip fraction",
        "share of tokens whose importance ratio was clipped" + smoothing("lines"),
        Axis.ZERO,
        List.of(
            new Line("low", smoothed(Measure.CLIP_LOW), Look.SECOND),
            new Line("high", smoothed(Measure.CLIP_HIGH), Look.MAIN)),
        NO_VALUE);
  }

  private Chart divergence() {
    Line behavior = new Line("behavior", smoothed(Measure.BEHAVIOR_KL), Look.MAIN);
    Curve reference = smoothed(Measure.REFERENCE_KL);
    boolean hasReference = reference.values().anyMatch(value -> value != 0);
    return new Chart(
        "KL divergence",
        hasReference
            ? "from the policy that sampled (behavior) and the reference, nats" + smoothing("lines")
            : "from the policy that sampled, nats; no reference policy" + smoothing("line"),
        Axis.ZERO,
        hasReference
            ? List.of(new Line("reference", reference, Look.SECOND), behavior)
            : List.of(behavior),
        NO_VALUE);
  }

  private Chart mismatch() {
    return new Chart(
        "Sampler and learner",
        "|log-prob of the learner \u2212 behavior log-prob| of a token" + smoothing("lines"),
        Axis.ZERO,
        List.of(
            new Line("largest", smoothed(Measure.DELTA_MAX), Look.SECOND),
            new Line("mean", smoothed(Measure.DELTA_MEAN), Look.MAIN)),
        NO_VALUE);
  }

  private Chart staleness() {
    return new Chart(
        "Staleness",
        "versions between sampling and training, the batch\u2019s most",
        Axis.COUNT,
        List.of(new Line("versions", steps.curve(Measure.STALENESS), Look.MAIN)),
        NO_VALUE);
  }

  private Curve smoothed(Measure measure) {
    return steps.curve(measure).smoothed(window);
  }

  private String smoothing(String what) {
    return window == 1 ? "" : "; " + what + ": mean of " + window + " steps";
  }
}
