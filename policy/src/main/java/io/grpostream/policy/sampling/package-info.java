/** Sampling: a rollout is a pure function of policy, block of prompts, settings and seed. */
@NullMarked
package io.grpostream.policy.sampling;

import org.jspecify.annotations.NullMarked;
