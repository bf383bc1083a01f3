package io.grpostream.chaos;

import java.util.List;

/**
 * What became of a run under faults.
 *
 * @param kills kills done
 * @param promptsLost prompts without an outcome
 * @param promptsRepeated prompts with more than one
 * @param baselineSha the last version's SHA-256 in the unbroken run
 * @param sha the last version's SHA-256 in the run under faults
 * @param stepsRedone steps computed again after a restore
 * @param medianRecoverySeconds of the kills
 * @param effectiveTrainingTime steps × median step of the unbroken run / wall time
 * @param steps of either run
 * @param medianStepSeconds of the unbroken run
 * @param wallSeconds of the run under faults, from its base version to its last
 * @param chainOk whether the ledger is one unbroken chain
 * @param perKill each kill
 * @param faults each further fault
 */
public record ChaosResult(
    int kills,
    long promptsLost,
    long promptsRepeated,
    String baselineSha,
    String sha,
    long stepsRedone,
    double medianRecoverySeconds,
    double effectiveTrainingTime,
    long steps,
    double medianStepSeconds,
    double wallSeconds,
    boolean chainOk,
    List<Recovery> perKill,
    List<Recovery> faults) {
  /**
   * One fault.
   *
   * @param kind what it was done to
   * @param phase what the learner was in the middle of
   * @param recoverySeconds from the fault to the end of the longest silence after it: the first
   *     version that the run made after it had recovered
   */
  public record Recovery(String kind, String phase, double recoverySeconds) {}

  public ChaosResult {
    perKill = List.copyOf(perKill);
    faults = List.copyOf(faults);
  }

  /** Nothing lost, nothing repeated, the same bits. */
  public boolean ok() {
    return promptsLost == 0 && promptsRepeated == 0 && chainOk && sha.equals(baselineSha);
  }
}
