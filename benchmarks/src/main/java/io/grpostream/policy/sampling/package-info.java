/** Benchmarks of the sampler's own loop, whose classes are the package's own. */
@NullMarked
package io.grpostream.policy.sampling;

import org.jspecify.annotations.NullMarked;
