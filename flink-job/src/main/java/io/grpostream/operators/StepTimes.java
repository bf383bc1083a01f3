package io.grpostream.operators;

/**
 * How long the parts of a step took, and when it ended.
 *
 * @param waitSeconds the learner waited for the batch
 * @param trainSeconds from the batch's first update to its last
 * @param publishSeconds hashing and writing the version
 * @param finishedAtMillis milliseconds since 1970
 */
public record StepTimes(
    double waitSeconds, double trainSeconds, double publishSeconds, long finishedAtMillis) {}
