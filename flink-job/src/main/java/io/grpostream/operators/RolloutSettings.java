package io.grpostream.operators;

import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import java.io.Serializable;

/**
 * How rollout chooses versions and draws completions.
 *
 * @param schedule which version samples which prompt
 * @param rule the staleness bound, and in lockstep the version of each prompt
 * @param sampling how completions are drawn
 */
public record RolloutSettings(Schedule schedule, StalenessGate rule, SamplingSettings sampling)
    implements Serializable {}
