package io.grpostream.records;

import java.util.List;
import java.util.Map;

/**
 * One ledger record: what a trained batch did. Two runs compare on {@code determined}.
 *
 * @param determined what the run's inputs decide, bit for bit
 * @param observed what the machine and the day decide
 */
public record TrainingStep(Determined determined, Observed observed) {
  /**
   * What the inputs decide, bit for bit.
   *
   * @param step number of the batch from 0; the version it made is step + 1
   * @param version number of the version it made
   * @param sha256 that version's hash
   * @param parentSha256 the version's it started from
   * @param configSha256 hash of the configuration keys that decide bits
   * @param groups what it trained on, in order of n
   * @param rewardMean mean reward over the batch's scored completions
   * @param metrics loss, gradNorm, entropy, clipFractionLow, … : means over the batch's updates
   * @param updates optimizer steps it made
   */
  public record Determined(
      long step,
      long version,
      String sha256,
      String parentSha256,
      String configSha256,
      List<TrainedGroup> groups,
      double rewardMean,
      Map<String, Double> metrics,
      int updates) {}

  /**
   * One group of the batch.
   *
   * @param number the prompt's n
   * @param at where the prompt stands in Kafka
   * @param policyNumber the version that sampled it
   * @param policySha256 that version's hash
   * @param rewards one per completion; NaN where unscorable
   * @param outcome {@code trained} or {@code uninformative}
   */
  public record TrainedGroup(
      long number,
      Coordinates at,
      long policyNumber,
      String policySha256,
      double[] rewards,
      String outcome) {}

  /**
   * What the machine and the day decide.
   *
   * @param lineage the life of the learner that trained it
   * @param finishedAtMillis wall clock, milliseconds since 1970
   * @param trainSeconds from the batch's first update to its last
   * @param waitSeconds the learner waited for this batch
   * @param publishSeconds hashing and writing the version
   * @param trainedTokens completion tokens, once per update
   * @param sampledTokens completion tokens in the batch
   * @param staleness the most versions between sampling and training
   * @param peakMemoryBytes the most memory that the learner's process has held so far, weights
   *     included; −1 where the system does not say
   */
  public record Observed(
      String lineage,
      long finishedAtMillis,
      double trainSeconds,
      double waitSeconds,
      double publishSeconds,
      long trainedTokens,
      long sampledTokens,
      long staleness,
      long peakMemoryBytes) {}
}
