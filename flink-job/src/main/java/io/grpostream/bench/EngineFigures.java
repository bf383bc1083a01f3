package io.grpostream.bench;

import io.grpostream.bench.EngineBench.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a measurement of steps comes to: medians, but for {@link #meanStepSeconds()}.
 *
 * @param rows completions per step
 * @param mu updates per step
 */
public record EngineFigures(List<Step> steps, int rows, int mu) {
  /** By then everything has been computed and allocated a few times. */
  private static final int WARM = 10;

  public EngineFigures {
    steps = List.copyOf(steps);
  }

  /** Seconds of a step. */
  public double stepSeconds() {
    return median(Step::seconds);
  }

  /** Seconds of all steps divided by their number, as a pipeline's are counted. */
  public double meanStepSeconds() {
    return steps.stream().mapToDouble(Step::seconds).average().orElseThrow();
  }

  /** The same work measured at two times, as one measurement. */
  public EngineFigures and(EngineFigures later) {
    return new EngineFigures(
        Stream.concat(steps.stream(), later.steps.stream()).toList(), rows, mu);
  }

  /** Seconds of a step's weights hand-over and sampling. */
  public double sampleSeconds() {
    return median(Step::sampleSeconds);
  }

  /** Seconds of a step's updates. */
  public double updateSeconds() {
    return median(Step::updateSeconds);
  }

  /** The most memory that the process had resident. */
  public double peakResidentMegabytes() {
    return steps.get(steps.size() - 1).peakMegabytes();
  }

  /** By how much that grew after the tenth step, in percent; 0 of ten steps or fewer. */
  public double growthPercent() {
    double before = steps.get(Math.min(WARM, steps.size()) - 1).peakMegabytes();
    return 100 * (peakResidentMegabytes() / before - 1);
  }

  /** In the order and with the names that the command line prints. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("rows", rows);
    map.put("step_s", rounded(stepSeconds()));
    map.put("sample_s", rounded(sampleSeconds()));
    map.put("update_s", rounded(updateSeconds()));
    map.put("sampled_tok_s", rounded(median(s -> s.tokens() / s.sampleSeconds())));
    map.put("trained_tok_s", rounded(median(s -> mu * s.tokens() / s.updateSeconds())));
    map.put("peak_rss_mb", rounded(peakResidentMegabytes()));
    map.put("growth_percent", rounded(growthPercent()));
    map.put("steps", steps.stream().map(step -> rounded(step.seconds())).toList());
    return map;
  }

  private double median(ToDoubleFunction<Step> value) {
    return Median.of(steps.stream().mapToDouble(value).toArray());
  }

  private static double rounded(double x) {
    return Math.round(x * 1e4) / 1e4;
  }
}
