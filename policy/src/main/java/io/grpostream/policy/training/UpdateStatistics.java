package io.grpostream.policy.training;

import io.grpostream.policy.engine.TokenMeasures;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.objective.ObjectiveSettings.LossType;
import io.grpostream.policy.objective.ObjectiveSettings.Ratio;
import io.grpostream.policy.training.Minibatch.Group;
import io.grpostream.policy.training.Minibatch.Member;
import java.util.List;

/** Sums over a minibatch's tokens, in double, and the metrics they make. */
final class UpdateStatistics {
  private final ObjectiveSettings objective;
  private long tokens;
  private long ratios;
  private double loss;
  private double entropy;
  private long clippedLow;
  private long clippedHigh;
  private double kl;
  private double behaviorKl;
  private double ratio;
  private double deltaSum;
  private double deltaMax;
  private double ratioSum;
  private double ratioSquareSum;

  UpdateStatistics(ObjectiveSettings objective) {
    this.objective = objective;
  }

  /** Adds a micro-batch: its groups and what was measured, token by token in the same order. */
  void add(List<Group> groups, TokenMeasures measured) {
    int at = 0;
    for (Group group : groups) {
      for (Member member : group.members()) {
        float[] behavior = member.completion().behaviorLogprobs();
        addRatios(measured.ratios(), at, member.completion());
        for (float logprob : behavior) {
          add(measured, at, logprob);
          at++;
        }
      }
    }
  }

  /**
   * Counts clipped ratios: one per token, or one per completion if it is the sequence's. What delta
   * bounds already, clip-high does not clip, as in TRL.
   */
  private void addRatios(float[] all, int from, TrainingCompletion completion) {
    int length = completion.ids().length;
    int own = objective.ratio() == Ratio.SEQUENCE ? Math.min(1, length) : length;
    for (int at = from; at < from + own; at++) {
      float r = clipsLow() ? Math.min(all[at], (float) objective.delta()) : all[at];
      double advantage = completion.advantage();
      clippedLow += clipsLow() && r < (float) (1 - objective.clipLow()) && advantage < 0 ? 1 : 0;
      clippedHigh += clipsHigh() && r > highBound() && advantage > 0 ? 1 : 0;
    }
    ratios += own;
  }

  private void add(TokenMeasures measured, int at, double behavior) {
    float r = measured.ratios()[at];
    tokens++;
    loss += measured.losses()[at];
    entropy += measured.entropies()[at];
    kl += measured.kl()[at];
    ratio += r;
    // A ratio may round to 0; the metric stays finite.
    behaviorKl += r - 1 - Math.log(Math.max(r, Float.MIN_NORMAL));
    addMismatch(measured.logprobs()[at] - behavior);
  }

  private void addMismatch(double difference) {
    double tokenRatio = Math.exp(difference);
    deltaSum += Math.abs(difference);
    deltaMax = Math.max(deltaMax, Math.abs(difference));
    ratioSum += tokenRatio;
    ratioSquareSum += tokenRatio * tokenRatio;
  }

  private boolean clipsLow() {
    return clipsHigh() && objective.lossType() != LossType.CISPO;
  }

  private boolean clipsHigh() {
    return objective.ratio() != Ratio.NONE
        && objective.clip()
        && objective.lossType() != LossType.SAPO;
  }

  private float highBound() {
    boolean absolute = objective.lossType() == LossType.CISPO;
    return (float) (absolute ? objective.clipHigh() : 1 + objective.clipHigh());
  }

  UpdateMetrics metrics(double gradNorm, double learningRate, boolean stepped) {
    double n = Math.max(1, tokens);
    return new UpdateMetrics(
        loss,
        gradNorm,
        entropy / n,
        (double) clippedLow / Math.max(1, ratios),
        (double) clippedHigh / Math.max(1, ratios),
        kl / n,
        behaviorKl / n,
        ratio / n,
        new SamplerMismatch(tokens, deltaSum, deltaMax, ratioSum, ratioSquareSum),
        learningRate,
        tokens,
        stepped);
  }
}
