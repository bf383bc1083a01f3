package io.grpostream.pipeline;

import io.grpostream.operators.LearnerSettings;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.rewards.Rewards;
import java.util.List;

/**
 * Everything the operators need to know, and nothing else of the configuration.
 *
 * @param rollout versions and sampling
 * @param rolloutParallelism subtasks that sample
 * @param rewards the reward functions
 * @param learner batches and updates
 * @param end prompt numbers never reach this; {@link io.grpostream.rules.Gate#NO_END} for a run
 *     without end
 */
public record PipelineSettings(
    RolloutSettings rollout,
    int rolloutParallelism,
    List<Rewards.Spec> rewards,
    LearnerSettings learner,
    long end) {}
