package io.grpostream.bench;

import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.training.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * How a step's time grows with each of its sizes, beside how the model's own arithmetic grows over
 * the same points.
 */
public final class Sweep {
  private final List<Point> points;
  private final Arithmetic arithmetic;

  /** What was measured, of a model whose arithmetic is given. */
  Sweep(List<Point> points, Arithmetic arithmetic) {
    this.points = List.copyOf(points);
    this.arithmetic = arithmetic;
  }

  /** One measured size; seconds are medians. */
  public record Point(
      SweepAxis axis, int size, Workload work, double sampleSeconds, double updateSeconds) {}

  /**
   * Measures every size of every axis.
   *
   * @param steps per point, after one that warms up
   * @param measured is told each point
   * @throws io.grpostream.policy.UserErrorException if the model has too few positions
   */
  public static Sweep measure(
      MeasuredModel model,
      EngineSettings settings,
      int threads,
      int steps,
      Consumer<Point> measured)
      throws IOException, StoppedException {
    List<Point> points = new ArrayList<>();
    try (Trainer trainer = EngineBench.trainer(model, settings, threads);
        Sampler sampler = EngineBench.sampler(model, settings, threads)) {
      for (SweepAxis axis : SweepAxis.values()) {
        for (int size : axis.sizes()) {
          Point point = point(sampler, trainer, model.config(), axis, size, steps);
          measured.accept(point);
          points.add(point);
        }
      }
    }
    return new Sweep(points, new Arithmetic(model.config()));
  }

  private static Point point(
      Sampler sampler, Trainer trainer, ModelConfig config, SweepAxis axis, int size, int steps)
      throws IOException, StoppedException {
    Workload work = axis.at(size);
    work.checkFits(config);
    List<EngineBench.Step> run = new EngineBench(sampler, trainer, config, work).run(steps);
    EngineFigures figures = new EngineFigures(run, work.rows(), work.mu());
    return new Point(axis, size, work, figures.sampleSeconds(), figures.updateSeconds());
  }

  /** The largest micro-batch of all, for whoever asks whether it fits. */
  public static Workload largest() {
    return Arrays.stream(SweepAxis.values())
        .map(axis -> axis.at(axis.sizes().get(axis.sizes().size() - 1)))
        .max(
            Comparator.comparingLong(
                w -> w.rows() * (long) w.completionTokens().most() + w.promptTokens()))
        .orElseThrow();
  }

  /** In the form that the command line prints. */
  public List<Map<String, Object>> pointMaps() {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Point point : points) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("axis", point.axis().toString());
      map.put("prompts", point.work().prompts());
      map.put("group", point.work().group());
      map.put("prompt_tokens", point.work().promptTokens());
      map.put("completion_tokens", point.work().completionTokens().most());
      map.put("rows", point.work().rows());
      map.put("sample_s", rounded(point.sampleSeconds()));
      if (point.axis().updates()) {
        map.put("update_s", rounded(point.updateSeconds()));
      }
      maps.add(map);
    }
    return maps;
  }

  /** Per axis the exponents of seconds, and those of the arithmetic beside them. */
  public Map<String, Map<String, Double>> exponents() {
    Map<String, Map<String, Double>> exponents = new LinkedHashMap<>();
    for (SweepAxis axis : SweepAxis.values()) {
      Map<String, Double> of = new LinkedHashMap<>();
      of.put("sample_s", exponent(axis, Point::sampleSeconds));
      of.put("sample_arithmetic", exponent(axis, p -> arithmetic.sampling(p.work())));
      if (axis.updates()) {
        of.put("update_s", exponent(axis, Point::updateSeconds));
        of.put("update_arithmetic", exponent(axis, p -> arithmetic.updating(p.work())));
      }
      exponents.put(axis.toString(), of);
    }
    return exponents;
  }

  private double exponent(SweepAxis axis, ToDoubleFunction<Point> value) {
    List<Point> along = points.stream().filter(point -> point.axis() == axis).toList();
    return rounded(
        PowerLaw.exponent(
            along.stream().mapToDouble(Point::size).toArray(),
            along.stream().mapToDouble(value).toArray()));
  }

  private static double rounded(double x) {
    return Math.round(x * 1e5) / 1e5;
  }
}
