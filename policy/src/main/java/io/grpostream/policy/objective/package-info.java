/** The rules of the objective: advantages from rewards, and the settings of the loss. */
@NullMarked
package io.grpostream.policy.objective;

import org.jspecify.annotations.NullMarked;
