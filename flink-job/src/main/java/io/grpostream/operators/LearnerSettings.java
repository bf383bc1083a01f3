package io.grpostream.operators;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Retention;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import java.io.Serializable;

/**
 * What the learner does with a batch.
 *
 * @param run the run's id, in every version it announces
 * @param seed the run's seed
 * @param schedule which version samples a prompt
 * @param rule the staleness bound: which versions' samples may be trained
 * @param batches which groups make a batch
 * @param minibatches which groups an update trains on
 * @param scale what advantages are divided by
 * @param shuffleRewards permute rewards within the batch before advantages: a control that must not
 *     learn
 * @param retention which versions stay in the store
 * @param configSha256 hash of the configuration keys that decide bits
 */
public record LearnerSettings(
    String run,
    long seed,
    Schedule schedule,
    StalenessGate rule,
    Batches batches,
    Minibatches minibatches,
    Advantages.Scale scale,
    boolean shuffleRewards,
    Retention retention,
    String configSha256)
    implements Serializable {}
