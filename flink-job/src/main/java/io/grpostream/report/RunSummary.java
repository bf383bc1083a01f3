package io.grpostream.report;

/**
 * What a run came to: {@code summary.json}, and the last line of {@code ./grpo run --json}.
 *
 * @param steps training steps in the ledger
 * @param seed the run's seed
 * @param heldOutAccuracyBefore accuracy of the base checkpoint, 0 to 1; NaN if not measured
 * @param heldOutAccuracyAfter accuracy of the last policy version; NaN if not measured
 * @param heldOutN held-out prompts; 0 if not measured
 * @param rejected records on {@code rejected}
 * @param maxStaleness the most versions between sampling and training, over all steps
 * @param checkpoints completed checkpoints
 * @param startupSeconds from the start of the JVM to the first sampled block
 * @param wallSeconds from the start of the JVM to the end
 * @param stepsPerSecond steps over the time they took
 * @param generatedTokens completion tokens sampled
 * @param policySha256 hash of the last policy version
 * @param runDir the run's folder
 */
public record RunSummary(
    long steps,
    long seed,
    double heldOutAccuracyBefore,
    double heldOutAccuracyAfter,
    int heldOutN,
    long rejected,
    long maxStaleness,
    long checkpoints,
    double startupSeconds,
    double wallSeconds,
    double stepsPerSecond,
    long generatedTokens,
    String policySha256,
    String runDir) {}
