/** Tests of the objective's rules. */
@NullMarked
package io.grpostream.policy.objective;

import org.jspecify.annotations.NullMarked;
