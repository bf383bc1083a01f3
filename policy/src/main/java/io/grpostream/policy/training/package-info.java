/** Training: one clipped GRPO update at a time, and the state it leaves. */
@NullMarked
package io.grpostream.policy.training;

import org.jspecify.annotations.NullMarked;
