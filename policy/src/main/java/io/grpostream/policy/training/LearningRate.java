package io.grpostream.policy.training;

/**
 * The learning rate as a function of the optimizer steps done. After warm-up it is that of
 * transformers' get_scheduler; during warm-up it is one step ahead, since that begins with a step
 * at rate 0, which changes nothing.
 */
final class LearningRate {
  private LearningRate() {}

  /**
   * The rate of the next step.
   *
   * @param step optimizer steps before it
   */
  static double at(OptimizerSettings settings, long step) {
    double peak = settings.learningRate();
    if (step < settings.warmupUpdates()) {
      return peak * (step + 1) / settings.warmupUpdates();
    }
    double span = Math.max(1, settings.totalUpdates() - settings.warmupUpdates());
    double progress = Math.min(1, (step - settings.warmupUpdates()) / span);
    return switch (settings.schedule()) {
      case CONSTANT -> peak;
      case LINEAR -> peak * (1 - progress);
      case COSINE -> peak * 0.5 * (1 + Math.cos(Math.PI * progress));
    };
  }
}
